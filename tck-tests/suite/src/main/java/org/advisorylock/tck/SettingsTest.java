package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockHandle;
import org.advisorylock.LockInfo;
import org.advisorylock.LockKeyException;
import org.advisorylock.LockMonitor;
import org.advisorylock.LockRequest;
import org.advisorylock.SessionLocks;
import org.advisorylock.TransactionLocks;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** The configuration. */
@Locking
class SettingsTest extends ContractTest {

    /** The bean under test; each method gives the keys that are held while it runs. */
    @ApplicationScoped
    @Transactional
    public static class Configured {
        @Inject
        Database database;

        /** By the default hash. */
        @AdvisoryLock("text")
        public List<AdvisoryLockKey> byDefault() {
            return database.heldKeys();
        }

        /** By a hash of its own. */
        @AdvisoryLock(value = "text", hash = KeyHash.MD5)
        public List<AdvisoryLockKey> byMd5() {
            return database.heldKeys();
        }

        /** By a configured name. */
        @AdvisoryLock(value = "7", hash = KeyHash.NONE, dataSource = "of-the-files")
        public List<AdvisoryLockKey> byConfiguredName() {
            return database.heldKeys();
        }

        /** Several keys. */
        @AdvisoryLock("file:{ids}")
        public List<AdvisoryLockKey> several(List<Integer> ids) {
            return database.heldKeys();
        }
    }

    @Inject
    Configured configured;

    @Inject
    TransactionLocks locks;

    @Inject
    SessionLocks sessionLocks;

    @Inject
    LockMonitor monitor;

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(
                SettingsTest.class,
                """
                advisorylock.hash=sha-256
                advisorylock.isolation=allow
                advisorylock.max-keys=3
                advisorylock.datasource.of-the-files=%s
                """
                        .formatted(SecondDataSource.NAME));
    }

    @Test
    @Assertion("CONF-01")
    void theHashOfTextsIsTheConfiguredOne() throws Exception {
        AdvisoryLockKey key = AdvisoryLockKey.of("text", KeyHash.SHA_256);
        assertThat(configured.byDefault()).containsExactly(key);
        assertThat(configured.byMd5()).containsExactly(key("text"));
        inTransaction(() -> {
            locks.acquire("text");
            assertThat(database.heldKeys()).containsExactly(key);
        });
    }

    @Test
    @Assertion("API-08")
    void aRequestHasTheKeysOfTheAnnotation() throws Exception {
        LockRequest request = LockRequest.of("file:{0}", List.of(1, 2));
        List<AdvisoryLockKey> keys = configured.several(List.of(1, 2));
        assertThat(keys).hasSize(2);
        inTransaction(() -> {
            locks.acquire(request);
            assertThat(database.heldKeys()).containsExactlyInAnyOrderElementsOf(keys);
        });
        try (LockHandle handle = sessionLocks.acquire(request)) {
            assertThat(handle.isHeld()).isTrue();
            assertThat(database.heldKeys()).containsExactlyInAnyOrderElementsOf(keys);
            assertThat(monitor.locks(request)).extracting(LockInfo::key).containsExactlyInAnyOrderElementsOf(keys);
        }
    }

    @Test
    @Assertion("CONF-02")
    void aLockInRepeatableReadIsAllowedWhereTheConfigurationSaysSo() throws Exception {
        for (String level : List.of("REPEATABLE READ", "SERIALIZABLE")) {
            AtomicBoolean called = new AtomicBoolean();
            inTransaction(() -> {
                database.executeInside("SET TRANSACTION ISOLATION LEVEL " + level);
                locks.acquire("text");
                called.set(true);
                assertThat(database.locks()).hasSize(1);
            });
            assertThat(called).isTrue();
        }
    }

    @Test
    @Assertion("CONF-03")
    void moreKeysThanTheConfigurationAllowsAreRefused() throws Exception {
        assertThat(configured.several(List.of(1, 2, 3))).hasSize(3);
        assertThatExceptionOfType(LockKeyException.class)
                .isThrownBy(() -> configured.several(List.of(1, 2, 3, 4)))
                .withMessageContaining("advisorylock.max-keys");
        inTransaction(() -> {
            locks.acquire("one");
            locks.acquire(LockRequest.of(AdvisoryLockKey.of(2)).and(AdvisoryLockKey.of(3)));
            assertThatExceptionOfType(LockKeyException.class)
                    .isThrownBy(() -> locks.acquire("four"))
                    .withMessageContaining("advisorylock.max-keys");
            assertThat(database.heldKeys()).hasSize(3);
        });
    }

    @Test
    @Assertion("CONF-04")
    void theConfigurationGivesADataSourceAName() {
        assertThat(configured.byConfiguredName()).containsExactly(AdvisoryLockKey.of(7));
    }
}
