package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockHandle;
import org.advisorylock.LockRequest;
import org.advisorylock.SessionLocks;
import org.advisorylock.testbed.Async;
import org.advisorylock.testbed.TcpProxy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Three applications take session locks of all kinds. Meanwhile their sessions are ended, cut off and killed, their
 * threads are interrupted, their server restarts, and they are replaced one by one. {@code -Dadvisorylock.soak=PT20M}
 * sets how long; without it for 20 seconds.
 */
@Timeout(value = 40, unit = TimeUnit.MINUTES)
class SessionSoakIT {

    private static final Duration LENGTH = Duration.parse(System.getProperty("advisorylock.soak", "PT20S"));
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final int APPLICATIONS = 3;
    private static final int THREADS = 6;
    private static final int PERMITS = 3;

    /** The place of an application, which a new one takes over when it is replaced. */
    private static final class SoakApplication {
        final Trouble.Victim victim;
        volatile GroupNode node;

        SoakApplication(String name, OwnServer server) throws Exception {
            victim = new Trouble.Victim(name, TcpProxy.to("127.0.0.1", server.port()));
            node = node();
        }

        private GroupNode node() {
            return new GroupNode(
                    List.of("jdbc:postgresql://127.0.0.1:" + victim.way().port()
                            + "/postgres?user=postgres&loginTimeout=5&ApplicationName=" + victim.name()),
                    HEARTBEAT);
        }

        SessionLocks locks() {
            return node.member(0);
        }

        void replace() {
            GroupNode old = node;
            node = node();
            end(old);
        }

        static void end(GroupNode node) {
            node.close();
            Await.until("something is left of an application that has ended", node::isIdle);
        }
    }

    private final Random random = new Random();
    private final Lateness lateness = new Lateness();
    private final HolderLedger ledger =
            new HolderLedger(HEARTBEAT.multipliedBy(3).dividedBy(2).plusMillis(500), lateness, this::tellLocks);
    private final List<SoakApplication> places = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, Integer> refusals = new TreeMap<>();
    private final AtomicLong pairs = new AtomicLong();
    private final AtomicLong tokens = new AtomicLong();
    private final AtomicLong losses = new AtomicLong();
    private volatile @Nullable OwnServer server;
    private volatile boolean over;
    private int replaced;
    private int interrupts;
    private long mostThreads;
    private long mostConnections;

    @Test
    void noTwoHoldersAndNothingIsLeft() throws Exception {
        try (OwnServer server = OwnServer.start(Map.of())) {
            this.server = server;
            for (int application = 0; application < APPLICATIONS; application++) {
                places.add(new SoakApplication("soak" + application, server));
            }
            List<CompletableFuture<Boolean>> work = new ArrayList<>();
            for (SoakApplication place : places) {
                for (int thread = 0; thread < THREADS; thread++) {
                    work.add(Async.run(() -> {
                        synchronized (threads) {
                            threads.add(Thread.currentThread());
                        }
                        Random own = new Random();
                        while (!over) {
                            pair(place, own);
                        }
                        return true;
                    }));
                }
            }
            Trouble trouble = new Trouble(
                    server, () -> places.stream().map(place -> place.victim).toList(), random, 4000);
            long end = System.nanoTime() + LENGTH.toNanos();
            while (System.nanoTime() < end) {
                trouble.pause(300);
                disturb(server, trouble);
            }
            over = true;
            for (CompletableFuture<Boolean> one : work) {
                one.get(2, TimeUnit.MINUTES);
            }
            report(trouble);
            awaitNothingLeft(server);
        }
        assertThat(ledger.fouls()).as("fouls").isEmpty();
        assertThat(pairs).as("locks that were had").hasPositiveValue();
        assertThat(losses).as("losses").hasPositiveValue();
    }

    private void disturb(OwnServer server, Trouble trouble) throws Exception {
        switch (random.nextInt(10)) {
            case 0 -> {
                places.get(random.nextInt(APPLICATIONS)).replace();
                replaced++;
            }
            case 1, 2, 3 -> {
                threads.get(random.nextInt(threads.size())).interrupt();
                interrupts++;
            }
            case 4 -> {
                mostThreads = Math.max(mostThreads, libraryThreads());
                mostConnections = Math.max(mostConnections, connections(server));
            }
            default -> trouble.happen();
        }
    }

    /** Acquires and releases one lock, whatever happens to it. */
    private void pair(SoakApplication place, Random own) {
        String key = "k" + own.nextInt(6);
        LockRequest request = LockRequest.of(key);
        List<HolderLedger.LedgerPage> pages = new ArrayList<>();
        boolean alone = true;
        switch (own.nextInt(6)) {
            case 0 -> {
                request = LockRequest.of("permits").permits(PERMITS);
                pages.add(ledger.page("permits", PERMITS));
                alone = false;
            }
            case 1 -> {
                request = request.shared();
                pages.add(ledger.page(key, Integer.MAX_VALUE));
                alone = false;
            }
            case 2 -> {
                String second = "l" + own.nextInt(3);
                request = request.and(second);
                pages.add(ledger.page(key, Integer.MAX_VALUE));
                pages.add(ledger.page(second, Integer.MAX_VALUE));
            }
            default -> pages.add(ledger.page(key, Integer.MAX_VALUE));
        }
        long asked = System.nanoTime();
        try {
            Optional<LockHandle> taken =
                    place.locks().tryAcquire(request, Duration.ofMillis(own.nextInt(4) == 0 ? 0 : 5000));
            Thread.interrupted();
            if (taken.isPresent()) {
                LockHandle handle = taken.get();
                use(
                        place,
                        handle,
                        request,
                        pages,
                        new HolderLedger.LedgerHolder(alone, handle::isHeld, place.victim, asked),
                        own);
            } else {
                noteRefusal("not in time");
            }
        } catch (AdvisoryLockException e) {
            noteRefusal(reason(e));
            Thread.interrupted();
        }
    }

    private void use(
            SoakApplication place,
            LockHandle handle,
            LockRequest request,
            List<HolderLedger.LedgerPage> pages,
            HolderLedger.LedgerHolder holder,
            Random own) {
        CountDownLatch told = new CountDownLatch(1);
        pages.forEach(page -> page.enter(holder));
        try (handle) {
            handle.onLost(told::countDown);
            pages.forEach(HolderLedger.LedgerPage::check);
            if (holder.isAlone() && own.nextInt(2) == 0) {
                long token = handle.fencingToken();
                tokens.incrementAndGet();
                pages.forEach(page -> page.token(token, holder));
            }
            if (own.nextInt(20) == 0) {
                place.locks().tryAcquire(request, Duration.ZERO).ifPresent(LockHandle::close);
            }
            if (own.nextInt(200) == 0) {
                // The lock may be lost in this time.
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(own.nextInt(1500)));
            } else {
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(own.nextInt(4000)));
            }
            if (own.nextInt(30) == 0) {
                handle.holdAtLeast(Duration.ofMillis(own.nextInt(20)));
            }
            pages.forEach(HolderLedger.LedgerPage::check);
            if (!handle.isHeld()) {
                losses.incrementAndGet();
                awaitTold(handle, told);
            }
        } finally {
            pages.forEach(page -> page.leave(holder));
        }
        pairs.incrementAndGet();
    }

    private void awaitTold(LockHandle handle, CountDownLatch told) {
        for (int tries = 0; told.getCount() > 0; tries++) {
            try {
                if (!told.await(15, TimeUnit.SECONDS) && tries > 0) {
                    ledger.foul("a loss was not told");
                    return;
                }
            } catch (InterruptedException interruptedByThisTest) {
                Thread.interrupted();
            }
            if (handle.isHeld()) {
                ledger.foul("what was lost is held again");
                return;
            }
        }
    }

    /** Its id, and the words of PostgreSQL or the driver. */
    private static String reason(AdvisoryLockException thrown) {
        String id = String.valueOf(thrown.getMessage()).substring(0, 12);
        for (Throwable cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return id + " " + sql.getSQLState();
            }
        }
        return id;
    }

    private void noteRefusal(String why) {
        synchronized (refusals) {
            refusals.merge(why, 1, Integer::sum);
        }
        // A database that does not answer refuses at once.
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }

    private void report(Trouble trouble) {
        System.out.printf(
                "Sessions, soak of %s: %d applications of %d threads had %,d locks, asked for %,d tokens, and lost %,d (%,d messages);"
                        + " %s, %d applications replaced, %d interrupts; refused %s; at most %d threads of the library, %d"
                        + " connections; a loss was unknown to its holder while another one held for %d ms at most, on a machine that was %d ms late; %d fouls%n",
                LENGTH,
                APPLICATIONS,
                THREADS,
                pairs.get(),
                tokens.get(),
                losses.get(),
                places.stream()
                        .mapToLong(place -> place.victim.way().roundTrips())
                        .sum(),
                trouble,
                replaced,
                interrupts,
                refusals,
                mostThreads,
                mostConnections,
                ledger.unknownMillis(),
                lateness.millis(),
                ledger.countOfFouls());
    }

    private void awaitNothingLeft(OwnServer server) throws Exception {
        for (SoakApplication place : places) {
            SoakApplication.end(place.node);
            place.victim.way().close();
        }
        Await.until(
                "locks are left",
                () -> server.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0);
        Await.until("connections are left", () -> connections(server) == 0);
        Await.until("threads are left", () -> libraryThreads() == 0);
    }

    /** Who has which lock. */
    private void tellLocks() {
        try (Connection connection = Objects.requireNonNull(server).connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT clock_timestamp()::time || ' ' || application_name || ' ' || pid || ' since ' || backend_start::time || ' '"
                                + " || mode || ' ' || granted || ' ' || ((classid::bigint << 32) | objid::bigint) || ' ' || state_change::time || ' ' || left(query, 60)"
                                + " FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory'")) {
            while (rows.next()) {
                System.out.println("at the foul: " + rows.getString(1));
            }
        } catch (SQLException away) {
            System.out.println("at the foul: " + away);
        }
    }

    private static long connections(OwnServer server) throws Exception {
        return server.number("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'soak_'");
    }

    private static long libraryThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("advisory-lock"))
                .count();
    }
}
