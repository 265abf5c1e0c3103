package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.Transactional;
import java.util.List;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.KeyResolver;
import org.advisorylock.LockRequest;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** How the text of a key becomes its number. */
@Locking
class KeyHashTest extends ContractTest {

    private static final String TEXT = "zahlung:grün-🔒";

    /** The bean under test; each method gives the keys that are held while it runs. */
    @ApplicationScoped
    @Transactional
    public static class Hashed {
        @Inject
        Database database;

        /** By the default hash. */
        @AdvisoryLock("{text}")
        public List<AdvisoryLockKey> byDefault(String text) {
            return database.heldKeys();
        }

        /** By MD5. */
        @AdvisoryLock(value = "{text}", hash = KeyHash.MD5)
        public List<AdvisoryLockKey> byMd5(String text) {
            return database.heldKeys();
        }

        /** By SHA-256. */
        @AdvisoryLock(value = "{text}", hash = KeyHash.SHA_256)
        public List<AdvisoryLockKey> bySha(String text) {
            return database.heldKeys();
        }

        /** The number itself. */
        @AdvisoryLock(value = "{text}", hash = KeyHash.NONE)
        public List<AdvisoryLockKey> byNumber(Object text) {
            return database.heldKeys();
        }

        /** By a bean. */
        @AdvisoryLock(keyResolver = HashResolver.class)
        public List<AdvisoryLockKey> byResolver(int id) {
            return database.heldKeys();
        }
    }

    /** Makes a pair of the first argument. */
    @ApplicationScoped
    public static class HashResolver implements KeyResolver {
        @Override
        public LockRequest resolve(InvocationContext call) {
            return LockRequest.of(AdvisoryLockKey.of(7, (Integer) call.getParameters()[0]))
                    .and(AdvisoryLockKey.of(-7));
        }
    }

    @Inject
    Hashed hashed;

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(KeyHashTest.class);
    }

    private AdvisoryLockKey number(String sqlOfDigest) {
        String bits = "('x' || substr(" + sqlOfDigest + ", 1, 16))::bit(64)::bigint";
        return AdvisoryLockKey.of(Long.parseLong(database.queryOutside("SELECT " + bits)));
    }

    @Test
    @Assertion("KEY-08")
    void md5IsTheDefaultAndWhatPsqlComputes() {
        AdvisoryLockKey number = number("md5('" + TEXT + "')");
        assertThat(hashed.byDefault(TEXT)).containsExactly(number);
        assertThat(hashed.byMd5(TEXT)).containsExactly(number);
    }

    @Test
    @Assertion("KEY-08")
    void sha256IsWhatPsqlComputes() {
        AdvisoryLockKey number = number("encode(sha256(convert_to('" + TEXT + "', 'UTF8')), 'hex')");
        assertThat(hashed.bySha(TEXT)).containsExactly(number);
    }

    @Test
    @Assertion("KEY-09")
    void withoutHashTheTextIsTheNumberOrThePair() {
        assertThat(hashed.byNumber(Long.MIN_VALUE)).containsExactly(AdvisoryLockKey.of(Long.MIN_VALUE));
        assertThat(hashed.byNumber("-1,42")).containsExactly(AdvisoryLockKey.of(-1, 42));
        assertThat(hashed.byNumber("0,1")).containsExactly(AdvisoryLockKey.of(0, 1));
    }

    @Test
    @Assertion("KEY-10")
    void aBeanMayComputeTheKeys() {
        assertThat(hashed.byResolver(3)).containsExactlyInAnyOrder(AdvisoryLockKey.of(7, 3), AdvisoryLockKey.of(-7));
    }
}
