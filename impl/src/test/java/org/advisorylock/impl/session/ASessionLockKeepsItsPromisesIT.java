package org.advisorylock.impl.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockHandle;
import org.advisorylock.LockLostException;
import org.advisorylock.LockRequest;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.impl.event.LockEvents;
import org.advisorylock.impl.group.Group;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.SessionTimeouts;
import org.advisorylock.testbed.Async;
import org.advisorylock.testbed.JtaStack;
import org.advisorylock.testbed.LibraryLog;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.advisorylock.testbed.TcpProxy;
import org.advisorylock.testbed.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Each test reproduces a bug that was found: a lock that nobody holds, a refusal of a free key, a holder that is not
 * told.
 */
@ExtendWith(NoLockLeft.class)
@Timeout(120)
class ASessionLockKeepsItsPromisesIT {

    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final long KEY = AdvisoryLockKey.of("k", KeyHash.MD5).number();

    private JtaStack jta;
    private DataSource pool;
    private SessionLocker locker;
    private JdbcSessionLocks locks;

    @BeforeEach
    void start() {
        jta = JtaStack.start(20);
        pool = jta.outsideTransactions();
        locker = new SessionLocker(SessionTimeouts.forLocks(HEARTBEAT), (name, request) -> null, Group::new);
        locks = locks(locker, pool);
    }

    @AfterEach
    void stop() {
        locker.close();
        assertThat(jta.borrowed()).isZero();
        jta.close();
    }

    private static JdbcSessionLocks locks(SessionLocker locker, DataSource dataSource) {
        Source source = new Source.One(new LockDatabase("test", dataSource), true);
        return new JdbcSessionLocks(locker, any -> source, KeyHash.MD5, 1000, LockEvents.UNHEARD, "");
    }

    private static long holders(long key) throws SQLException {
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND ((classid::bigint << 32) | objid::bigint) = "
                                + key)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static void endSessions() throws SQLException {
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_terminate_backend(pid) FROM (SELECT DISTINCT pid FROM pg_locks"
                    + " WHERE locktype = 'advisory' AND pid IS NOT NULL) holders");
        }
    }

    @Test
    void anInterruptAtTheGrantIsNoLockThatNobodyHolds() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Thread worker = Thread.currentThread();
        CompletableFuture<Boolean> interrupts = Async.run(() -> {
            while (!over.get()) {
                worker.interrupt();
                LockSupport.parkNanos(300_000);
            }
            return true;
        });
        int held = 0;
        int interrupted = 0;
        long last = 0;
        try {
            while (held < 300 || interrupted < 30) {
                try (LockHandle handle = locks.acquire("k")) {
                    held++;
                    assertThat(holders(KEY)).isOne();
                    assertThat(handle.isHeld()).isTrue();
                    if (held % 10 == 0) {
                        long token = handle.fencingToken();
                        assertThat(token).isGreaterThan(last);
                        last = token;
                    }
                } catch (AdvisoryLockException e) {
                    assertThat(e).hasMessageStartingWith("ADVLOCK-0114");
                    interrupted++;
                    Thread.interrupted();
                }
            }
        } finally {
            over.set(true);
            assertThat(interrupts.join()).isTrue();
            Thread.interrupted();
        }
    }

    @Test
    void whatIsFreeIsNotRefused() throws Exception {
        try (SessionLocker other =
                new SessionLocker(SessionTimeouts.forLocks(HEARTBEAT), (name, request) -> null, Group::new)) {
            JdbcSessionLocks rivals = locks(other, pool);
            for (int round = 0; round < 500; round++) {
                try (LockHandle rival = rivals.acquire("k")) {
                    assertThat(rival.isHeld()).isTrue();
                    assertThat(locks.tryAcquire("k", Duration.ZERO)).isEmpty();
                }
                LockHandle mine = locks.tryAcquire("k", Duration.ZERO).orElseThrow();
                mine.close();
            }
        }
    }

    @Test
    void aHolderIsToldWhateverOthersDo() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(3);
        Object monitor = new Object();
        List<LockHandle> handles = new ArrayList<>();
        for (String key : List.of("a", "b", "c")) {
            handles.add(locks.acquire(key));
        }
        LockHandle asking = locks.acquire("k");
        handles.add(asking);
        handles.get(0).onLost(() -> {
            told.countDown();
            awaitQuietly(hangs);
        });
        handles.get(1).onLost(told::countDown);
        asking.onLost(() -> {
            synchronized (monitor) {
                told.countDown();
            }
        });
        synchronized (monitor) {
            endSessions();
            assertThatExceptionOfType(LockLostException.class).isThrownBy(asking::fencingToken);
        }
        assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(handles).noneMatch(LockHandle::isHeld);
        try (LockHandle again = Async.run(() -> locks.acquire("a")).get(30, TimeUnit.SECONDS)) {
            assertThat(again.isHeld()).isTrue();
        }
        hangs.countDown();
        handles.forEach(LockHandle::close);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void theTokenIsTheHolders() {
        try (LockHandle outer = locks.acquire("k")) {
            try (LockHandle inner = locks.acquire("k")) {
                assertThat(inner.fencingToken()).isEqualTo(outer.fencingToken());
            }
            try (LockHandle both = locks.acquire(LockRequest.of("k").and("l"))) {
                assertThat(both.fencingToken()).isGreaterThanOrEqualTo(outer.fencingToken());
            }
        }
    }

    @Test
    void oneKeyHasOneNumberOfPermits() throws Exception {
        try (LockHandle one = locks.acquire(LockRequest.of("import").permits(3))) {
            assertThat(one.isHeld()).isTrue();
            assertThatExceptionOfType(LockGuardException.class)
                    .isThrownBy(() -> locks.acquire(LockRequest.of("import").permits(5)))
                    .withMessageStartingWith("ADVLOCK-0335")
                    .withMessageContaining("3 permits");
        }
        locks.acquire(LockRequest.of("import").permits(5)).close();
    }

    private static String slot(int number) {
        return "slot " + AdvisoryLockKey.of("import#" + number, KeyHash.MD5) + " is";
    }

    /** The slots of a greater number of permits have longer texts, which may be too long. */
    @Test
    void aPermitOfTheLongestTextEndsNoSession() throws Exception {
        String longest = "x".repeat(998);
        LockHandle other = locks.acquire("k");
        try (LockHandle permit = locks.acquire(LockRequest.of(longest).permits(2))) {
            assertThat(permit.isHeld()).isTrue();
            assertThat(other.isHeld()).isTrue();
        }
        other.close();
    }

    @Test
    void twoJvmsWithTwoNumbersOfPermitsAreTold() throws Exception {
        List<LockHandle> five = new ArrayList<>();
        try (LibraryLog log = new LibraryLog();
                SessionLocker another =
                        new SessionLocker(SessionTimeouts.forLocks(HEARTBEAT), (name, request) -> null, Group::new)) {
            JdbcSessionLocks greater = locks(another, pool);
            for (int permit = 0; permit < 5; permit++) {
                // Each in a thread of its own: one thread has a permit once.
                five.add(
                        Async.run(() -> greater.acquire(LockRequest.of("import").permits(5)))
                                .get(20, TimeUnit.SECONDS));
            }
            assertThat(locks.tryAcquire(LockRequest.of("import").permits(2), Duration.ZERO))
                    .isEmpty();
            assertThat(log.await("ADVLOCK-0336"))
                    .contains("lock " + AdvisoryLockKey.of("import", KeyHash.MD5) + " (one of 2 permits, session)")
                    .doesNotContain("import")
                    .containsAnyOf(slot(3), slot(4), slot(5));
            five.forEach(LockHandle::close);
        }
    }

    @Test
    @SuppressWarnings("LockNotBeforeTry")
    void twoViewsAreOneLockThatKeepsItsContract() throws Exception {
        Lock one = locks.lock("k");
        Lock other = locks.lock("k");
        one.lock();
        other.unlock();
        assertThat(holders(KEY)).isZero();
        assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(one::unlock);

        Thread.currentThread().interrupt();
        assertThat(one.tryLock()).isTrue();
        assertThat(Thread.interrupted()).isTrue();
        one.unlock();

        assertThat(one.tryLock(Long.MAX_VALUE, TimeUnit.DAYS)).isTrue();
        LockHandle again = locks.acquire("k");
        endSessions();
        awaitLoss(again);
        assertThatExceptionOfType(LockLostException.class).isThrownBy(other::unlock);
        again.close();
        assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(other::unlock);
    }

    /** It is noticed by the next sign of life. */
    private static void awaitLoss(LockHandle handle) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (handle.isHeld()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void aVeryLongHoldAtLeastIsNoError() throws Exception {
        LockHandle handle = locks.acquire("k");
        handle.holdAtLeast(Duration.ofSeconds(Long.MAX_VALUE));
        handle.close();
        assertThat(holders(KEY)).isOne();
    }

    @Test
    void aHandleThatADeadThreadLeftIsFound() throws Exception {
        Thread thread = new Thread(() -> assertThat(locks.acquire("k").isHeld()).isTrue());
        thread.start();
        thread.join();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (holders(KEY) > 0) {
            System.gc();
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
        locks.acquire("k").close();
    }

    /** A holder that never releases a lock need not keep the handle. */
    @Test
    void aHandleThatALivingThreadLeftIsKept() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<Boolean> holder = Async.run(() -> {
            assertThat(locks.acquire("k").isHeld()).isTrue();
            return end.await(60, TimeUnit.SECONDS);
        });
        Rival.awaitHolder(KEY);
        long beats = System.nanoTime() + 3 * HEARTBEAT.toNanos();
        while (System.nanoTime() < beats) {
            System.gc();
            assertThat(holders(KEY)).isOne();
        }
        end.countDown();
        assertThat(holder.get()).isTrue();
    }

    @Test
    void aThousandRequestsAtOnceTakeFewThreadsAndConnections() throws Exception {
        try (Rival rival = Rival.holding(KEY)) {
            List<CompletableFuture<Boolean>> requests = new ArrayList<>();
            for (int request = 0; request < 1000; request++) {
                String key = request % 2 == 0 ? "k" : "k" + request;
                requests.add(Async.run(() -> {
                    locks.acquire(key).close();
                    return true;
                }));
            }
            long most = 0;
            do {
                most = Math.max(most, libraryThreads());
                Thread.onSpinWait();
            } while (requests.stream().filter(CompletableFuture::isDone).count() < 500);
            assertThat(most).isBetween(1L, 20L);
            assertThat(jta.borrowed()).isLessThanOrEqualTo(9);
            rival.rollback();
            for (CompletableFuture<Boolean> request : requests) {
                assertThat(request.get(60, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private static long libraryThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("advisory-lock"))
                .count();
    }

    /** Without batches each pair needs two messages. */
    @Test
    void whatIsAskedAtOnceGoesInOneMessage() throws Exception {
        int threads = 64;
        int pairs = 50;
        try (TcpProxy proxy = TcpProxy.toDatabase();
                SessionLocker far =
                        new SessionLocker(SessionTimeouts.forLocks(HEARTBEAT), (name, request) -> null, Group::new)) {
            JdbcSessionLocks behind = locks(far, jta.pool(JtaStack.Enlistment.NONE, proxy.jdbcUrl(), 5));
            behind.acquire("first").close();
            proxy.delay(Duration.ofMillis(1));
            long before = proxy.roundTrips();
            List<CompletableFuture<Boolean>> all = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                String key = "k" + thread;
                all.add(Async.run(() -> {
                    for (int pair = 0; pair < pairs; pair++) {
                        behind.acquire(key).close();
                    }
                    return true;
                }));
            }
            for (CompletableFuture<Boolean> one : all) {
                assertThat(one.get(60, TimeUnit.SECONDS)).isTrue();
            }
            assertThat((proxy.roundTrips() - before) * 10).isLessThan(2L * threads * pairs);
        }
    }

    /** Three JVMs with ten waiters each. It is fair if each waiter is served once all others were served. */
    @Test
    void nobodyStarvesForAPermit() throws Exception {
        int waiters = 30;
        // One bad round may be the machine. A waiter that starves does so in each round.
        long longest = longestWaitForAPermit(waiters);
        for (int again = 0; again < 2 && longest > 4L * waiters; again++) {
            longest = longestWaitForAPermit(waiters);
        }
        assertThat(longest).isLessThanOrEqualTo(4L * waiters);
    }

    /** How many others were served before the slowest waiter. */
    private long longestWaitForAPermit(int waiters) throws Exception {
        AtomicLong served = new AtomicLong();
        AtomicLong running = new AtomicLong();
        AtomicLong longest = new AtomicLong();
        List<SessionLocker> jvms = new ArrayList<>();
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (int jvm = 0; jvm < 3; jvm++) {
            SessionLocker one =
                    new SessionLocker(SessionTimeouts.forLocks(HEARTBEAT), (name, request) -> null, Group::new);
            jvms.add(one);
            JdbcSessionLocks its = locks(one, pool);
            for (int waiter = 0; waiter < waiters / 3; waiter++) {
                all.add(Async.run(() -> {
                    while (served.get() < 20L * waiters) {
                        long before = served.get();
                        try (LockHandle permit =
                                its.acquire(LockRequest.of("import").permits(3))) {
                            assertThat(running.incrementAndGet()).isLessThanOrEqualTo(3);
                            work();
                            assertThat(permit.isHeld()).isTrue();
                            longest.accumulateAndGet(served.getAndIncrement() - before, Math::max);
                            running.decrementAndGet();
                        }
                    }
                    return true;
                }));
            }
        }
        for (CompletableFuture<Boolean> one : all) {
            assertThat(one.get(100, TimeUnit.SECONDS)).isTrue();
        }
        jvms.forEach(SessionLocker::close);
        System.out.println("Permits: the longest wait was " + longest + " others, the fair share is " + waiters);
        return longest.get();
    }

    /** Works in the database for a fiftieth of a second. */
    private static void work() throws SQLException {
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_sleep(0.02)");
        }
    }

    @Test
    void twoNamesOfOneDatabaseAreOneLockToAThread() throws Exception {
        JdbcSessionLocks other = locks(locker, jta.dataSource());
        other.acquire("other").close();
        try (LockHandle handle = locks.acquire("k")) {
            assertThat(handle.isHeld()).isTrue();
            assertThatExceptionOfType(SelfDeadlockException.class)
                    .isThrownBy(() -> other.acquire("k"))
                    .withMessageStartingWith("ADVLOCK-0118");
        }
    }
}
