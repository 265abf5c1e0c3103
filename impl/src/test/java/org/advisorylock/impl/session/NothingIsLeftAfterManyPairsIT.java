package org.advisorylock.impl.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockHandle;
import org.advisorylock.LockMode;
import org.advisorylock.impl.group.Group;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.SessionTimeouts;
import org.advisorylock.testbed.JtaStack;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * 10,000 acquires and releases by 16 threads, while sessions are ended, threads interrupted, and guarded code fails.
 */
@ExtendWith(NoLockLeft.class)
@Timeout(300)
class NothingIsLeftAfterManyPairsIT {

    private static final int THREADS = 16;
    private static final int PAIRS = 10_000;
    private static final int KEYS = 8;
    private static final int POOL = 12;

    private final List<Set<LockHandle>> holders = Stream.generate(ConcurrentHashMap::<LockHandle>newKeySet)
            .limit(KEYS)
            .collect(Collectors.toList());
    private final AtomicLongArray tokens = new AtomicLongArray(KEYS);
    private final AtomicInteger violations = new AtomicInteger();
    private final AtomicInteger held = new AtomicInteger();
    private final Map<String, Integer> failures = new TreeMap<>();
    private int ended;

    @Test
    void whateverHappensMeanwhile() throws Exception {
        try (JtaStack jta = JtaStack.start(POOL)) {
            DataSource pool = jta.outsideTransactions();
            LockDatabase database = new LockDatabase("test", pool);
            try (SessionLocker locker = new SessionLocker(
                    SessionTimeouts.forLocks(Duration.ofSeconds(1)), (name, request) -> null, Group::new)) {
                run(database, locker);
                awaitIdle(locker, jta);
            }
            allConnectionsWork(pool);
            System.out.printf("%d pairs, %d held, %d sessions ended; %s%n", PAIRS, held.get(), ended, failures);
            assertThat(violations)
                    .as("two holders at once, or a token out of order")
                    .hasValue(0);
            assertThat(held.get()).isGreaterThan(PAIRS / 2);
        }
    }

    private void run(LockDatabase database, SessionLocker locker) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        CountDownLatch over = new CountDownLatch(THREADS);
        List<Future<?>> work = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            Random random = new Random(thread);
            work.add(threads.submit(() -> {
                try {
                    for (int pair = 0; pair < PAIRS / THREADS; pair++) {
                        pair(database, locker, random);
                    }
                } finally {
                    over.countDown();
                }
                return 1;
            }));
        }
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement()) {
            while (!over.await(50, TimeUnit.MILLISECONDS)) {
                statement.execute("SELECT pg_terminate_backend(l.pid) FROM (SELECT pid FROM pg_locks"
                        + " WHERE locktype = 'advisory' AND pid IS NOT NULL ORDER BY random() LIMIT 1) l");
                ended++;
            }
        }
        threads.shutdown();
        for (Future<?> one : work) {
            one.get(60, TimeUnit.SECONDS);
        }
    }

    private void pair(LockDatabase database, SessionLocker locker, Random random) {
        boolean interrupt = random.nextInt(50) == 0;
        if (interrupt) {
            Thread.currentThread().interrupt();
        }
        int key = random.nextInt(KEYS);
        try (LockHandle handle = locker.acquire(new Source.One(database, false), request(key, random), "here", null)) {
            guarded(handle, key, random);
        } catch (AdvisoryLockException | IllegalStateException e) {
            synchronized (failures) {
                failures.merge(String.valueOf(e.getMessage()).substring(0, 12), 1, Integer::sum);
            }
        } finally {
            Thread.interrupted();
        }
    }

    /** A request of one kind: exclusive, several keys, shared, or a permit. */
    private static Claim request(int key, Random random) {
        AdvisoryLockKey one = AdvisoryLockKey.of(key);
        long wait = random.nextInt(4) == 0 ? 0 : 5_000;
        return switch (key) {
            case 0 ->
                Claim.permit(AdvisoryLockKey.of("permits", KeyHash.MD5), 3, KeyHash.MD5, wait)
                        .forSession();
            case 1 -> Claim.of(List.of(one), LockMode.SHARED, wait).forSession();
            case 2 ->
                Claim.of(
                                List.of(one, AdvisoryLockKey.of(100 + random.nextInt(3)), AdvisoryLockKey.of(103)),
                                LockMode.EXCLUSIVE,
                                wait)
                        .forSession();
            default -> Claim.of(List.of(one), LockMode.EXCLUSIVE, wait).forSession();
        };
    }

    private void guarded(LockHandle handle, int key, Random random) {
        held.incrementAndGet();
        Set<LockHandle> here = holders.get(key);
        here.add(handle);
        try {
            if (key > 1 && random.nextInt(3) == 0) {
                long token = handle.fencingToken();
                // A holder that has lost the lock meanwhile may be late.
                if (tokens.getAndAccumulate(key, token, Math::max) >= token && handle.isHeld()) {
                    violations.incrementAndGet();
                }
            }
            if (random.nextInt(20) == 0) {
                throw new IllegalStateException("guarded code failed");
            }
            // The loss is known here before the next holder may begin.
            long now = here.stream().filter(LockHandle::isHeld).count();
            if (now > (key == 0 ? 3 : key == 1 ? THREADS : 1)) {
                violations.incrementAndGet();
            }
        } finally {
            here.remove(handle);
        }
    }

    /** Waits until no key, owner or session is remembered. The last ended sessions need a moment. */
    private static void awaitIdle(SessionLocker locker, JtaStack jta) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!(locker.isIdle() && jta.borrowed() == 0)) {
            assertThat(System.nanoTime())
                    .as("idle " + locker.isIdle() + ", " + jta.borrowed() + " connections borrowed")
                    .isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    private static void allConnectionsWork(DataSource pool) throws Exception {
        List<Connection> all = new ArrayList<>();
        try {
            for (int i = 0; i < POOL; i++) {
                Connection connection = pool.getConnection();
                all.add(connection);
                try (Statement statement = connection.createStatement()) {
                    statement.execute("SELECT 1");
                }
            }
        } finally {
            for (Connection connection : all) {
                connection.close();
            }
        }
    }
}
