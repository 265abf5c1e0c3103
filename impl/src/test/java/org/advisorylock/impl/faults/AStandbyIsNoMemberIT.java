package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockHandle;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.testbed.LibraryLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Members of a group that are hot standbys. They would grant every lock, and nobody else would see it. */
@Timeout(180)
class AStandbyIsNoMemberIT {

    private static final String KEY = "report of a secret customer";

    private LibraryLog log;
    private OwnServer one;
    private OwnServer two;
    private OwnServer third;
    private OwnServer follower;

    @BeforeEach
    void start() throws Exception {
        one = OwnServer.start(Map.of());
        two = OwnServer.start(Map.of());
        third = OwnServer.start(Map.of());
        follower = third.standby();
        log = new LibraryLog();
    }

    @AfterEach
    void stop() throws Exception {
        log.close();
        follower.close();
        third.close();
        two.close();
        one.close();
    }

    private static long locks(OwnServer server) throws Exception {
        return server.number("SELECT count(*) " + Fleet.LOCKS);
    }

    private static GroupNode node(OwnServer... servers) {
        List<String> urls = new ArrayList<>();
        for (OwnServer server : servers) {
            urls.add(server.jdbcUrl());
        }
        return new GroupNode(urls);
    }

    @Test
    void oneOfThreeIsLeftOutWithAWarningUntilItIsPromoted() throws Exception {
        try (GroupNode first = node(one, two, follower);
                GroupNode second = node(one, two, follower)) {
            LockHandle handle = first.acquire(KEY, 60_000);
            assertThat(handle).asString().contains("on 2 of 3");
            assertThat(second.locks().tryAcquire(KEY, Duration.ofMillis(500))).isEmpty();
            assertThat(locks(follower)).isZero();
            assertThat(log.messages())
                    .anySatisfy(warning -> assertThat(warning)
                            .contains("ADVLOCK-0508", "DataSource 'c'", "ADVLOCK-0314", "targetServerType=primary"))
                    .noneMatch(warning -> warning.contains("secret"));
            two.kill();
            assertThatExceptionOfType(AdvisoryLockException.class)
                    .isThrownBy(() -> second.acquire("another", 3000))
                    .isNotInstanceOf(LockTimeoutException.class)
                    .withMessageContainingAll("ADVLOCK-0121", "only 1", "DataSource 'b': ", "'c': ADVLOCK-0314");
            handle.close();
            two.revive();
            handle = first.acquire(KEY, 60_000);
            assertThat(follower.number("SELECT pg_promote()::int")).isOne();
            GroupNode.awaitWhole(handle);
            assertThat(locks(follower)).isOne();
            handle.close();
        }
    }

    @Test
    void twoOfThreeAreRefusedAtOnce() {
        try (GroupNode node = node(one, follower, follower)) {
            for (int i = 0; i < 2; i++) {
                assertThatExceptionOfType(LockGuardException.class)
                        .isThrownBy(() -> node.acquire(KEY, 60_000))
                        .withMessageContainingAll("ADVLOCK-0314", "standby", "targetServerType=primary");
            }
        }
    }

    /** Holders of its primary's locks have to notice the loss first, however long the standby has run. */
    @Test
    void oneThatWasPromotedCountsTwoHeartbeatsAfterItWasSeen() throws Exception {
        Duration rest = GroupNode.HEARTBEAT.multipliedBy(2);
        Await.until("it does not grow old", () -> uptime(follower) > rest.toSeconds() + 1);
        try (GroupNode node = node(one, two, follower);
                GroupNode other = node(one, two, follower)) {
            LockHandle second = other.member(1).acquire("k");
            long promoted = System.nanoTime();
            assertThat(follower.number("SELECT pg_promote()::int")).isOne();
            assertThat(node.locks().tryAcquire("k", Duration.ZERO)).isEmpty();
            LockHandle handle = node.acquire("k", 60_000);
            assertThat(Duration.ofNanos(System.nanoTime() - promoted)).isGreaterThanOrEqualTo(rest);
            assertThat(handle).asString().contains("on 2 of 3");
            handle.close();
            // The group has seen it now, whatever sessions it has.
            assertThat(node.locks().tryAcquire("k", Duration.ZERO)).get().satisfies(LockHandle::close);
            second.close();
        }
    }

    private static long uptime(OwnServer server) throws Exception {
        return server.number("SELECT extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())::bigint");
    }
}
