package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockHandle;
import org.advisorylock.LockTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Servers of a group are killed, or the network swallows their packets. {@code -Dadvisorylock.soak=PT20M} sets for how
 * long; without it for 20 seconds.
 */
@Timeout(value = 40, unit = TimeUnit.MINUTES)
class AnyOneMemberMayFailIT {

    private static final Duration TIME = Duration.parse(System.getProperty("advisorylock.soak", "PT20S"));

    @Test
    void twoOfThreeGoOnAndOneOfThreeTellsWhy() throws Exception {
        try (Fleet fleet = Fleet.start();
                GroupNode one = new GroupNode(fleet.urls());
                GroupNode other = new GroupNode(fleet.urls())) {
            LockHandle handle = one.acquire("k", 60_000);
            GroupNode.awaitWhole(handle);
            fleet.server(0).kill();
            assertThat(other.locks().tryAcquire("k", Duration.ofSeconds(3))).isEmpty();
            assertThat(handle.fencingToken()).isPositive();
            assertThat(handle.isHeld()).isTrue();
            handle.close();
            other.acquire("k", 60_000).close();
            fleet.server(1).kill();
            for (GroupNode node : List.of(one, other)) {
                assertThatExceptionOfType(AdvisoryLockException.class)
                        .isThrownBy(() -> node.acquire("k", 2000))
                        .isNotInstanceOf(LockTimeoutException.class)
                        .withMessageContainingAll(
                                "ADVLOCK-0121",
                                "of the 3 databases of group 'fleet' 2 must grant it, but only 1 could be asked",
                                "DataSource 'a': 08",
                                "DataSource 'b': 08");
            }
            fleet.awaitLocks(2, 0);
            fleet.server(0).revive();
            other.acquire("k", 60_000).close();
            fleet.server(1).revive();
        }
    }

    /** Otherwise it would grant locks before the holders of the lost ones have noticed. */
    @Test
    void aServerThatWasStartedJustNowDoesNotCount() throws Exception {
        Duration heartbeat = Duration.ofSeconds(5);
        try (Fleet fleet = Fleet.start();
                GroupNode one = new GroupNode(
                        List.of(fleet.url(0), fleet.url(1), "jdbc:postgresql://127.0.0.1:1/none"), heartbeat);
                GroupNode other = new GroupNode(fleet.urls(), heartbeat)) {
            other.acquire("another", 60_000).close();
            LockHandle handle = one.acquire("k", 60_000);
            // Now both reachable members make the majority. They have just given a sign of life, and are asked again
            // after a heartbeat.
            assertThat(handle.fencingToken()).isPositive();
            fleet.server(0).kill();
            fleet.server(0).revive();
            Optional<LockHandle> got = tryAcquire(other);
            assertThat(got.isPresent() && handle.isHeld()).isFalse();
            got.ifPresent(LockHandle::close);
            handle.close();
        }
    }

    /** Returns nothing, too, while two members do not count or have not answered (0121). */
    private static Optional<LockHandle> tryAcquire(GroupNode node) {
        try {
            return node.locks().tryAcquire("k", Duration.ofSeconds(1));
        } catch (AdvisoryLockException tooFew) {
            assertThat(tooFew).hasMessageStartingWith("ADVLOCK-0121");
            return Optional.empty();
        }
    }

    @Test
    void fourJvmsNeverMeet() throws Exception {
        Referee.prepare();
        List<SecondJvm> jvms = new ArrayList<>();
        try (Fleet fleet = Fleet.start()) {
            for (int jvm = 0; jvm < 4; jvm++) {
                jvms.add(SecondJvm.start("group", "jvm" + jvm, fleet.url(0), fleet.url(1), fleet.url(2)));
            }
            for (SecondJvm jvm : jvms) {
                jvm.await("READY");
                jvm.go();
            }
            awaitEntered(10);
            Random random = new Random(42);
            long end = System.nanoTime() + TIME.toNanos();
            int faults = 0;
            while (System.nanoTime() < end || faults < 3) {
                int member = random.nextInt(Fleet.SIZE);
                boolean kill = faults++ % 2 == 0;
                if (kill) {
                    fleet.server(member).kill();
                } else {
                    fleet.blackhole(member, true);
                }
                awaitEntered(10);
                if (kill) {
                    fleet.server(member).revive();
                } else {
                    fleet.blackhole(member, false);
                }
                // One fault at a time: the next member fails only after this one serves again.
                Await.until("member " + member + " does not serve again", () -> serves(fleet, member));
                awaitEntered(10);
                assertThat(Referee.fouls()).isZero();
            }
            for (SecondJvm jvm : jvms) {
                jvm.go();
            }
            long lost = 0;
            long longestWait = 0;
            List<Map<String, Integer>> failures = new ArrayList<>();
            for (SecondJvm jvm : jvms) {
                String[] done = jvm.await("DONE").split(" ", -1);
                lost += Long.parseLong(done[1]);
                longestWait = Math.max(longestWait, Long.parseLong(done[2]));
                failures.add(jvm.failures());
            }
            System.out.printf(
                    "Group, soak of %s: 4 JVMs had the lock %,d times (%,d messages), and waited for %d ms at most; %d faults of members, %d losses, %d fouls; refused %s%n",
                    TIME, Referee.entered(), fleet.roundTrips(), longestWait, faults, lost, Referee.fouls(), failures);
            assertThat(failures).allMatch(Map::isEmpty);
            // Holders that were not yet on the third member when one of the two failed.
            assertThat(lost).isLessThanOrEqualTo(faults);
            assertThat(Referee.fouls()).isZero();
        } finally {
            jvms.forEach(SecondJvm::close);
            Referee.end();
        }
    }

    private static boolean serves(Fleet fleet, int member) throws Exception {
        return fleet.uptime(member) > 5 && fleet.locks(member) > 0;
    }

    private static void awaitEntered(int more) throws Exception {
        long before = Referee.entered();
        Await.until("nobody gets on", () -> Referee.entered() >= before + more);
    }
}
