package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.KeyHash;
import org.advisorylock.LockKey;
import org.advisorylock.LockKeyException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A call without a key does not run its method. */
@Locking
class NoKeyTest extends ContractTest {

    /** The bean under test; no method may be called. */
    @ApplicationScoped
    @Transactional
    public static class NeverKeyed {

        private static void fail() {
            throw new AssertionError("the method was called without a key");
        }

        /** Any value. */
        @AdvisoryLock("any:{value}")
        public void any(@Nullable Object value) {
            fail();
        }

        /** A marked parameter. */
        @AdvisoryLock("marked")
        public void marked(@LockKey @Nullable String value) {
            fail();
        }

        /** The end of a path. */
        @AdvisoryLock("path:{holder.value}")
        public void path(@Nullable ValueHolder holder) {
            fail();
        }

        /** A number. */
        @AdvisoryLock(value = "{text}", hash = KeyHash.NONE)
        public void number(String text) {
            fail();
        }

        /** Values that have no text that is the same everywhere. */
        @AdvisoryLock("several:{values}")
        public void several(@Nullable List<@Nullable Object> values) {
            fail();
        }
    }

    /** Holds a value or null. */
    public record ValueHolder(@Nullable String value) {}

    @Inject
    NeverKeyed never;

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(NoKeyTest.class);
    }

    private static void assertNoKey(ThrowingCallable call) {
        assertThatExceptionOfType(LockKeyException.class)
                .isThrownBy(call)
                .withMessageStartingWith("ADVLOCK-")
                .satisfies(e -> assertThat(e.keys()).isEmpty());
    }

    @Test
    @Assertion("KEY-11")
    void nullIsNoKey() {
        assertNoKey(() -> never.any(null));
        assertNoKey(() -> never.marked(null));
        assertNoKey(() -> never.path(null));
        assertNoKey(() -> never.path(new ValueHolder(null)));
    }

    @Test
    @Assertion("KEY-11")
    void emptinessIsNoKey() {
        assertNoKey(() -> never.any(""));
        assertNoKey(() -> never.any(Optional.empty()));
        assertNoKey(() -> never.any(List.of()));
        assertNoKey(() -> never.any(new long[0]));
        assertNoKey(() -> never.any(Stream.empty()));
    }

    @Test
    @Assertion("KEY-11")
    void oneElementThatIsNoKeyRefusesAll() {
        assertNoKey(() -> never.several(Arrays.asList("good", null)));
        assertNoKey(() -> never.several(Arrays.asList("good", "")));
        assertNoKey(() -> never.several(Collections.singletonList(null)));
    }

    @Test
    @Assertion("KEY-11")
    void whatIsNotANumberIsNoKey() {
        assertNoKey(() -> never.any(Double.NaN));
        assertNoKey(() -> never.any(Float.NaN));
        assertNoKey(() -> never.number("forty-two"));
        assertNoKey(() -> never.number("9223372036854775808"));
    }

    @Test
    @Assertion("KEY-12")
    @SuppressWarnings("JavaUtilDate")
    void whatHasNoTextThatIsTheSameOnEveryServerIsNoKey() {
        assertNoKey(() -> never.any(new Object()));
        assertNoKey(() -> never.any(new ValueHolder("value")));
        assertNoKey(() -> never.any(new Date()));
    }
}
