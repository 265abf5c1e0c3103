package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.advisorylock.Leadership;
import org.advisorylock.LeadershipListener;
import org.advisorylock.testbed.Async;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Four applications stand in five elections. Meanwhile their sessions are ended, cut off and killed, their server
 * restarts, leaders resign, listeners hang, and the applications are replaced one by one. All are in one JVM, so the
 * test can ask all of them at one instant whether they lead. {@code -Dadvisorylock.soak=PT20M} sets how long; without
 * it for 20 seconds.
 */
@Timeout(value = 40, unit = TimeUnit.MINUTES)
class LeaderSoakIT {

    private static final Duration LENGTH = Duration.parse(System.getProperty("advisorylock.soak", "PT20S"));
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final int APPLICATIONS = 4;
    private static final int ELECTIONS = 5;

    /** One who stands in one election. */
    private record SoakCandidate(String election, Leadership leadership, Trouble.Victim application) {
        /** Its term; 0 if it does not lead. */
        long leads() {
            long term = leadership.isLeader() ? leadership.term() : 0;
            return leadership.isLeader() ? term : 0;
        }
    }

    private record ElectingApplication(Electorate electorate, Trouble.Victim victim, List<SoakCandidate> candidates) {}

    /** A leader in its term. */
    private record Seen(SoakCandidate candidate, long term) {}

    private final Map<String, Map<Seen, HolderLedger.LedgerHolder>> seen = new HashMap<>();
    private final Random random = new Random();
    private final Lateness lateness = new Lateness();
    private final HolderLedger ledger = new HolderLedger(
            HEARTBEAT.plus(Heartbeat.GRACE.multipliedBy(4).dividedBy(5)).plusMillis(500), lateness, () -> {});
    private final List<ElectingApplication> running = new CopyOnWriteArrayList<>();
    private final AtomicLong elected = new AtomicLong();
    private final AtomicLong revoked = new AtomicLong();
    private final AtomicLong looks = new AtomicLong();
    private volatile boolean over;
    private long messages;
    private int started;
    private int replaced;
    private int resigned;
    private long mostThreads;

    /** Leads for a while, and is at times slow to end. */
    private final class Slow implements LeadershipListener {
        private volatile long ended;

        @Override
        public void elected(long term) {
            elected.incrementAndGet();
            long most = System.nanoTime() + TimeUnit.SECONDS.toNanos(term % 4 == 0 ? 10 : 0);
            while (ended != term && System.nanoTime() < most) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        }

        @Override
        public void revoked(long term) {
            revoked.incrementAndGet();
            ended = term;
            if (term % 7 == 0) {
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
            }
        }
    }

    @Test
    void neverTwoAtOnceAndTermsOnlyGrow() throws Exception {
        try (OwnServer server = OwnServer.start(Map.of())) {
            for (int application = 0; application < APPLICATIONS; application++) {
                running.add(start(server));
            }
            CompletableFuture<Boolean> watch = Async.run(this::watch);
            Trouble trouble = new Trouble(
                    server,
                    () -> running.stream().map(ElectingApplication::victim).toList(),
                    random,
                    3000);
            long end = System.nanoTime() + LENGTH.toNanos();
            while (System.nanoTime() < end) {
                trouble.pause(1000);
                disturb(server, trouble);
            }
            for (int election = 0; election < ELECTIONS; election++) {
                String name = name(election);
                Await.until("nobody leads " + name + " when all is well", () -> leaders(name) == 1);
            }
            over = true;
            assertThat(watch.get(1, TimeUnit.MINUTES)).isTrue();
            for (ElectingApplication application : running) {
                end(application);
            }
            report(trouble);
            Await.until(
                    "locks are left",
                    () -> server.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0);
            Await.until(
                    "connections are left",
                    () -> server.number("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'soak%'")
                            == 0);
            Await.until("threads are left", () -> libraryThreads() == 0);
        }
        assertThat(ledger.fouls()).as("fouls").isEmpty();
        assertThat(revoked).as("ends that were told, one for each beginning").hasValue(elected.get());
    }

    private static String name(int election) {
        return "soak" + election;
    }

    private ElectingApplication start(OwnServer server) throws Exception {
        Electorate electorate = new Electorate("soak" + ++started, server, HEARTBEAT);
        Trouble.Victim victim = new Trouble.Victim("soak" + started, electorate.proxy());
        List<SoakCandidate> candidates = new ArrayList<>();
        for (int election = 0; election < ELECTIONS; election++) {
            candidates.add(new SoakCandidate(name(election), electorate.stand(name(election), new Slow()), victim));
        }
        return new ElectingApplication(electorate, victim, candidates);
    }

    private void end(ElectingApplication application) throws Exception {
        application.electorate().close();
        messages += application.electorate().proxy().roundTrips();
        application.candidates().stream()
                .filter(one -> one.leads() != 0)
                .forEach(one -> ledger.foul(one.election() + " is led by who was closed"));
    }

    private void disturb(OwnServer server, Trouble trouble) throws Exception {
        switch (random.nextInt(8)) {
            case 0 -> {
                running.add(start(server));
                ElectingApplication old = running.get(0);
                end(old);
                running.remove(old);
                replaced++;
            }
            case 1, 2 -> {
                List<SoakCandidate> leaders = running.stream()
                        .flatMap(one -> one.candidates().stream())
                        .filter(one -> one.leads() != 0)
                        .toList();
                if (!leaders.isEmpty()) {
                    // It waits for the listener.
                    Leadership chosen =
                            leaders.get(random.nextInt(leaders.size())).leadership();
                    Object unused = Async.run(() -> {
                        chosen.resign();
                        return true;
                    });
                    resigned++;
                }
            }
            case 3 -> mostThreads = Math.max(mostThreads, libraryThreads());
            default -> trouble.happen();
        }
    }

    private boolean watch() {
        while (!over) {
            for (int election = 0; election < ELECTIONS; election++) {
                look(name(election));
            }
            looks.incrementAndGet();
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(300));
        }
        return true;
    }

    private void look(String election) {
        HolderLedger.LedgerPage page = ledger.page(election, 1);
        Map<Seen, HolderLedger.LedgerHolder> known = seen.getOrDefault(election, Map.of());
        Map<Seen, HolderLedger.LedgerHolder> now = new HashMap<>();
        for (ElectingApplication application : running) {
            for (SoakCandidate candidate : application.candidates()) {
                long term = candidate.election().equals(election) ? candidate.leads() : 0;
                if (term != 0) {
                    Seen one = new Seen(candidate, term);
                    HolderLedger.LedgerHolder holder = known.get(one);
                    if (holder == null) {
                        // It may have led for a while before this round saw it.
                        holder = new HolderLedger.LedgerHolder(
                                true,
                                () -> candidate.leads() == term,
                                candidate.application(),
                                System.nanoTime() - HEARTBEAT.toNanos());
                        page.token(term, holder);
                    }
                    now.put(one, holder);
                }
            }
        }
        seen.put(election, now);
        page.check(List.copyOf(now.values()));
    }

    private long leaders(String election) {
        return running.stream()
                .flatMap(one -> one.candidates().stream())
                .filter(one -> one.election().equals(election) && one.leads() != 0)
                .count();
    }

    private void report(Trouble trouble) {
        System.out.printf(
                "Leaders, soak of %s: %d applications in %d elections, %,d terms begun, %,d ended (%,d messages); %s, %d applications"
                        + " replaced, %d resigned; %,d looks at all of them; at most %d threads of the library; an end was unknown to a leader while another one led for %d ms at most, on a machine that was %d ms late; %d fouls%n",
                LENGTH,
                APPLICATIONS,
                ELECTIONS,
                elected.get(),
                revoked.get(),
                messages,
                trouble,
                replaced,
                resigned,
                looks.get(),
                mostThreads,
                ledger.unknownMillis(),
                lateness.millis(),
                ledger.countOfFouls());
    }

    private static long libraryThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("advisory-lock"))
                .count();
    }
}
