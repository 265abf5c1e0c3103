package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** While the synchronous standby is away a commit waits for it, and so would a fencing token. */
@Timeout(120)
class ATokenEndangersNoLockIT {

    @Test
    void whileTheSynchronousStandbyIsAway() throws Exception {
        try (OwnServer server = OwnServer.start(Map.of());
                GroupNode node = new GroupNode(List.of(server.jdbcUrl()), Duration.ofSeconds(1))) {
            try (LockHandle before = node.member(0).acquire("before")) {
                assertThat(before.fencingToken()).isPositive();
            }
            server.run("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
            server.run("SELECT pg_reload_conf()");
            Await.until(
                    "the setting has no effect",
                    () -> server.number("SELECT count(*) FROM pg_settings WHERE setting = 'nobody'") == 1);
            // An older session has its setting from before.
            Await.until("the session of before is open", () -> node.isIdle());
            try (LockHandle one = node.member(0).acquire("one");
                    LockHandle two = node.member(0).acquire("two")) {
                assertThatExceptionOfType(AdvisoryLockException.class)
                        .isThrownBy(one::fencingToken)
                        .withMessageStartingWith("ADVLOCK-0115");
                assertThat(one.isHeld()).isTrue();
                assertThat(two.isHeld()).isTrue();
                server.run("ALTER SYSTEM RESET synchronous_standby_names");
                server.run("SELECT pg_reload_conf()");
                Await.until("the token is not given", () -> isGiven(one));
                assertThat(two.fencingToken()).isGreaterThan(0);
            }
        }
    }

    private static boolean isGiven(LockHandle handle) {
        try {
            return handle.fencingToken() > 0;
        } catch (AdvisoryLockException notYet) {
            assertThat(handle.isHeld()).isTrue();
            return false;
        }
    }
}
