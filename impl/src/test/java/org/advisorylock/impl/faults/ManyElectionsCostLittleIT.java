package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.Leadership;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Five hundred elections at rest. One application has all leaders, and another one is next in all of them. */
@Timeout(180)
class ManyElectionsCostLittleIT {

    private static final int ELECTIONS = 500;
    private static final int MOST_THREADS = 20;
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final Duration LENGTH = Duration.ofSeconds(4);

    /** How many tries one message carries: 1 if each try is a message of its own, 20 if tries are sent together. */
    private static final int MOST_MESSAGES_PER_SECOND = 20;

    @Test
    void whoLeadsTriesNothingAndWhoIsNextAllTogether() throws Exception {
        try (OwnServer server = OwnServer.start(Map.of());
                Electorate one = new Electorate("one", server, HEARTBEAT);
                Electorate two = new Electorate("two", server, HEARTBEAT)) {
            List<Leadership> leaders = standInAll(one);
            Await.until("not all lead", () -> leaders.stream().allMatch(Leadership::isLeader));
            List<Leadership> next = standInAll(two);
            Await.until(
                    "not all are next", () -> locks(server, "two") == ELECTIONS && locks(server, "one") == ELECTIONS);
            Await.until("they do not come to rest", () -> {
                two.tries();
                long begin = System.nanoTime();
                Await.until("time stands still", () -> System.nanoTime() - begin > 1_000_000_000L);
                return two.tries().keySet().equals(keys());
            });

            one.tries();
            long before = one.proxy().roundTrips() + two.proxy().roundTrips();
            long begin = System.nanoTime();
            Await.until("time stands still", () -> System.nanoTime() - begin > LENGTH.toNanos());
            Map<AdvisoryLockKey, Long> tries = two.tries();
            double seconds = (System.nanoTime() - begin) / 1e9;
            long messages = one.proxy().roundTrips() + two.proxy().roundTrips() - before;
            List<String> threads = threads();

            long most = tries.values().stream().mapToLong(Long::longValue).max().orElse(0);
            System.out.printf(
                    "%d elections at rest for %.1f s: %d rounds of tries, %d messages, threads %s%n",
                    ELECTIONS, seconds, most, messages, threads);
            assertThat(one.tries()).as("what leaders try").isEmpty();
            assertThat(tries.keySet()).as("what the next ones try").isEqualTo(keys());
            assertThat(most).as("tries of one of the next").isBetween(1L, (long) (5 * seconds) + 1);
            assertThat(messages).as("messages in %s s", seconds).isLessThan((long)
                    (MOST_MESSAGES_PER_SECOND * seconds));
            assertThat(threads).as("threads").hasSizeLessThan(MOST_THREADS);
            assertThat(leaders).allMatch(Leadership::isLeader);
            assertThat(next).noneMatch(Leadership::isLeader);
        }
    }

    private static List<Leadership> standInAll(Electorate electorate) {
        List<Leadership> all = new ArrayList<>();
        for (int election = 0; election < ELECTIONS; election++) {
            all.add(electorate.stand("many" + election, new SilentLeader()));
        }
        return all;
    }

    private static Set<AdvisoryLockKey> keys() {
        return IntStream.range(0, ELECTIONS)
                .mapToObj(election -> AdvisoryLockKey.of("many" + election, KeyHash.MD5))
                .collect(Collectors.toSet());
    }

    private static long locks(OwnServer server, String name) throws Exception {
        return server.number(
                "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory'"
                        + " AND application_name = '" + name + "'");
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("advisory-lock"))
                .sorted()
                .toList();
    }
}
