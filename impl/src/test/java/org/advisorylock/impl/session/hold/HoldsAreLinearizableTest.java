package org.advisorylock.impl.session.hold;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.impl.postgres.Claim;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Test;

/**
 * Threads that try, release and lose two keys at the same time, on the real registry. Each must see a result that is
 * possible if they do their steps one after the other. {@link HoldsModelTest} tries all orders of whole steps; here the
 * steps overlap. {@code -Dadvisorylock.lincheck=500} tries more of them.
 */
class HoldsAreLinearizableTest {

    private static final int THREADS = 3;

    private static final int ITERATIONS = Integer.getInteger("advisorylock.lincheck", 15);
    private static final int INVOCATIONS = 200;

    /** Steps before and after the threads run in a thread of their own. */
    private static final int IDS = THREADS + 2;

    @Test
    void underStress() {
        new StressOptions()
                .iterations(ITERATIONS)
                .invocationsPerIteration(INVOCATIONS)
                .threads(THREADS)
                .actorsPerThread(4)
                .actorsBefore(2)
                .actorsAfter(2)
                .sequentialSpecification(OneAfterTheOther.class)
                .check(AllAtOnce.class);
    }

    /** The registry, with a server that grants every request and a session that can end. */
    @Param(name = "key", gen = IntGen.class, conf = "0:1")
    @Param(name = "thread", gen = ThreadIdGen.class)
    public static class AllAtOnce {

        private final List<Thread> owners =
                Stream.generate(Thread::new).limit(IDS).toList();
        private final Holds holds = new Holds(new AtOnce(), Duration.ofSeconds(1), System::nanoTime);
        private final List<Map<Integer, Deque<Handle>>> handles = Stream.<Map<Integer, Deque<Handle>>>generate(
                        HashMap::new)
                .limit(IDS)
                .toList();
        private final Queue<SharedSession> ended = new ConcurrentLinkedQueue<>();
        private final ReadWriteLock living = new ReentrantReadWriteLock();
        private final Lock noticing = new ReentrantLock();
        private volatile SharedSession session = new SharedSession(holds);

        @Operation(params = {"thread", "key"})
        public String exclusive(int thread, int key) {
            return attempt(thread, key, LockMode.EXCLUSIVE);
        }

        @Operation(params = {"thread", "key"})
        public String shared(int thread, int key) {
            return attempt(thread, key, LockMode.SHARED);
        }

        /** Like a request that does not wait. */
        private String attempt(int thread, int key, LockMode mode) {
            return inOneSession(() -> attemptInOneSession(thread, key, mode));
        }

        /**
         * A request or release that overlaps the end of a session may block others before the end and finish after it.
         * So here a session ends only before or after a step. HoldsModelTest tries ends in the middle.
         */
        private <T> T inOneSession(Supplier<T> work) {
            living.readLock().lock();
            try {
                return work.get();
            } finally {
                living.readLock().unlock();
            }
        }

        private String attemptInOneSession(int thread, int key, LockMode mode) {
            Claim claim = Claim.of(List.of(AdvisoryLockKey.of(key)), mode, 0);
            QueuedRequest ask = new QueuedRequest(claim, owners.get(thread), "here", new Nobody());
            try {
                if (!holds.ask(ask)) {
                    if (holds.withdraw(ask)) {
                        return "busy";
                    }
                    session.tryOnce(ask, key, mode);
                }
                mine(thread, key).push(Objects.requireNonNull(holds.take(ask)));
                return "granted";
            } catch (SelfDeadlockException e) {
                return "self-deadlock";
            }
        }

        /** Releases the key. Returns whether it is free now: released, or lost and noticed. */
        @Operation(params = {"thread", "key"})
        public boolean release(int thread, int key) {
            Handle handle = mine(thread, key).poll();
            return handle != null
                    && inOneSession(
                            () -> handle.closeLater().toCompletableFuture().isDone());
        }

        @Operation(params = {"thread", "key"})
        public boolean isHeld(int thread, int key) {
            Handle handle = mine(thread, key).peek();
            return handle != null && handle.isHeld();
        }

        private Deque<Handle> mine(int thread, int key) {
            return handles.get(thread).computeIfAbsent(key, any -> new ArrayDeque<>());
        }

        /** Ends the session. Nobody notices it yet. */
        @Operation
        public void end() {
            living.writeLock().lock();
            try {
                SharedSession old = session;
                session = new SharedSession(holds);
                ended.add(old);
                old.end();
            } finally {
                living.writeLock().unlock();
            }
        }

        /** Notices the end of the session that ended first. */
        @Operation
        public void notice() {
            noticing.lock();
            try {
                SharedSession old = ended.poll();
                if (old != null) {
                    holds.lose(old);
                }
            } finally {
                noticing.unlock();
            }
        }
    }

    /** The expected results: one step after the other. */
    @Param(name = "key", gen = IntGen.class, conf = "0:1")
    @Param(name = "thread", gen = ThreadIdGen.class)
    public static class OneAfterTheOther {

        private static final class HistoryEntry {
            final int thread;
            final LockMode mode;
            final int session;
            int handles = 1;

            HistoryEntry(int thread, LockMode mode, int session) {
                this.thread = thread;
                this.mode = mode;
                this.session = session;
            }
        }

        private final Map<Integer, List<HistoryEntry>> entries = new HashMap<>();
        private final Map<List<Integer>, Deque<HistoryEntry>> handles = new HashMap<>();
        private int ended;
        private int noticed;

        public String exclusive(int thread, int key) {
            return attempt(thread, key, LockMode.EXCLUSIVE);
        }

        public String shared(int thread, int key) {
            return attempt(thread, key, LockMode.SHARED);
        }

        private String attempt(int thread, int key, LockMode mode) {
            List<HistoryEntry> all = entries.computeIfAbsent(key, any -> new ArrayList<>());
            HistoryEntry taken = null;
            for (HistoryEntry entry : all) {
                if (entry.thread == thread && entry.session == ended) {
                    taken = entry;
                }
            }
            if (taken != null && taken.mode == LockMode.SHARED && mode == LockMode.EXCLUSIVE) {
                return "self-deadlock";
            }
            if (taken != null) {
                taken.handles++;
            } else if (all.stream().allMatch(entry -> entry.mode == LockMode.SHARED && mode == LockMode.SHARED)) {
                taken = new HistoryEntry(thread, mode, ended);
                all.add(taken);
            } else {
                return "busy";
            }
            mine(thread, key).push(taken);
            return "granted";
        }

        public boolean release(int thread, int key) {
            HistoryEntry entry = mine(thread, key).poll();
            if (entry == null) {
                return false;
            }
            entry.handles--;
            if (entry.handles > 0) {
                return true;
            }
            if (entry.session == ended) {
                entries.getOrDefault(key, List.of()).remove(entry);
                return true;
            }
            // Its session has ended, so it cannot be released. Now the end is noticed at the latest.
            return entry.session < noticed;
        }

        public boolean isHeld(int thread, int key) {
            HistoryEntry entry = mine(thread, key).peek();
            return entry != null && entry.session == ended;
        }

        private Deque<HistoryEntry> mine(int thread, int key) {
            return handles.computeIfAbsent(List.of(thread, key), any -> new ArrayDeque<>());
        }

        public void end() {
            ended++;
        }

        public void notice() {
            if (noticed < ended) {
                int session = noticed++;
                entries.values().forEach(all -> all.removeIf(entry -> entry.session == session));
            }
        }
    }

    private static final class AtOnce implements Tasks {
        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void after(Duration delay, Runnable task) {}
    }

    private static final class Nobody implements QueuedRequest.TurnListener {
        @Override
        public void onTurn() {}

        @Override
        public void onTurnLater() {}

        @Override
        public void onFreed() {}
    }

    /**
     * The session of a server without other clients. PostgreSQL grants one session the same lock as often as it asks.
     */
    private static final class SharedSession extends SessionWithoutServer {
        private final Holds holds;
        private final Map<Integer, Integer> has = new HashMap<>();

        SharedSession(Holds holds) {
            this.holds = holds;
        }

        synchronized void tryOnce(QueuedRequest ask, int key, LockMode mode) {
            int times = has.merge(key, 1, Integer::sum);
            if (mode == LockMode.EXCLUSIVE && times > 1) {
                throw new IllegalStateException("a lock of somebody else is granted again");
            }
            holds.noteGrant(ask, 1, this);
        }

        synchronized void end() {
            loss = "the server ended it";
        }

        @Override
        public void release(List<AdvisoryLockKey> keys, LockMode mode, Supplier<List<Runnable>> released) {
            if (unlock(keys)) {
                released.get().forEach(Runnable::run);
            }
        }

        private synchronized boolean unlock(List<AdvisoryLockKey> keys) {
            if (loss != null) {
                return false;
            }
            for (AdvisoryLockKey key : keys) {
                if (has.merge((int) key.number(), -1, Integer::sum) < 0) {
                    throw new IllegalStateException("pg_advisory_unlock says false");
                }
            }
            return true;
        }
    }
}
