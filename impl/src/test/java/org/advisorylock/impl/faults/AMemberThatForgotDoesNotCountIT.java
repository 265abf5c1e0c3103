package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockHandle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Members that have lost their locks although they look healthy. The first application holds a lock on the two members
 * that it can reach. Both have just given a sign of life, so it asks them again only after a heartbeat. Then one of the
 * two forgets the lock. The second application reaches all three.
 */
@Timeout(300)
class AMemberThatForgotDoesNotCountIT {

    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final String KEY = "report";

    private Fleet fleet;

    @BeforeEach
    void startServers() throws Exception {
        fleet = Fleet.start();
        for (int member = 0; member < Fleet.SIZE; member++) {
            OwnServer server = fleet.server(member);
            server.run("CREATE ROLE plain LOGIN", "CHECKPOINT");
            Await.until("it does not grow old", () -> uptime(server) > 2 * HEARTBEAT.toSeconds());
        }
    }

    @AfterEach
    void stopServers() throws Exception {
        fleet.close();
    }

    /** A fault of a member. */
    @FunctionalInterface
    private interface MemberFault {
        void run() throws Exception;
    }

    /** Nobody else may get the lock before its holder is told of the loss. Afterwards somebody may. */
    private void assertNeverTwoHolders(String user, MemberFault fault) throws Exception {
        List<String> cutOff = List.of(fleet.url(0, user), fleet.url(1, user), "jdbc:postgresql://127.0.0.1:1/none");
        try (GroupNode one = new GroupNode(cutOff, HEARTBEAT);
                GroupNode other = new GroupNode(fleet.urls(user), HEARTBEAT)) {
            other.acquire("another", 60_000).close();
            LockHandle handle = one.acquire(KEY, 60_000);
            assertThat(handle.fencingToken()).isPositive();
            fault.run();
            Optional<LockHandle> got = tryAcquire(other);
            assertThat(got.isPresent() && handle.isHeld()).isFalse();
            got.ifPresent(LockHandle::close);
            handle.close();
            Await.until("nobody gets it any more", () -> {
                Optional<LockHandle> later = tryAcquire(other);
                later.ifPresent(LockHandle::close);
                return later.isPresent();
            });
        }
    }

    private static Optional<LockHandle> tryAcquire(GroupNode node) {
        try {
            return node.locks().tryAcquire(KEY, Duration.ofSeconds(3));
        } catch (AdvisoryLockException refused) {
            return Optional.empty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "plain"})
    void afterOneOfItsBackendsCrashed(String user) throws Exception {
        assertNeverTwoHolders(user, fleet.server(0)::crashBackend);
    }

    /**
     * Its clock was an hour slow when it started, and was corrected since. So it looks as if it had run for an hour.
     */
    @Test
    void afterItStartedWithAClockThatWasSetSince() throws Exception {
        OwnServer server = fleet.server(0);
        server.run(
                "SET allow_system_table_mods = on",
                "CREATE FUNCTION pg_catalog.start_by_the_clock() RETURNS timestamptz STABLE LANGUAGE internal AS 'pg_postmaster_start_time'",
                "CREATE OR REPLACE FUNCTION pg_catalog.pg_postmaster_start_time() RETURNS timestamptz STABLE LANGUAGE sql"
                        + " AS $$ SELECT pg_catalog.start_by_the_clock() - interval '1 hour' $$");
        assertNeverTwoHolders("plain", server::restart);
    }

    /** It has run for long, but is a member only since a moment ago. */
    @Test
    void asASpareUnderTheSameName() throws Exception {
        try (OwnServer spare = OwnServer.start(Map.of())) {
            spare.run("CREATE ROLE plain LOGIN", "CHECKPOINT");
            Await.until("it does not grow old", () -> uptime(spare) > 2 * HEARTBEAT.toSeconds() + 1);
            assertNeverTwoHolders("plain", () -> {
                fleet.move(0, spare);
                fleet.server(0).kill();
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "plain"})
    void asAStandbyThatReplayedNothingAndWasPromoted(String user) throws Exception {
        try (OwnServer standby = fleet.server(0).archiveStandby()) {
            Await.until("it does not grow old", () -> uptime(standby) > 2 * HEARTBEAT.toSeconds() + 1);
            assertNeverTwoHolders(user, () -> {
                fleet.move(0, standby);
                fleet.server(0).kill();
                assertThat(standby.number("SELECT pg_promote()::int")).isOne();
            });
        }
    }

    private static long uptime(OwnServer server) throws Exception {
        return server.number("SELECT extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())::bigint");
    }
}
