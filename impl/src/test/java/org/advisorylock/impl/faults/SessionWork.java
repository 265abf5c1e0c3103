package org.advisorylock.impl.faults;

import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.advisorylock.LockHandle;
import org.advisorylock.LockRequest;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.testbed.TestDatabase;

/** What a {@link Worker} does with session locks. */
final class SessionWork {

    private final BlockingQueue<String> told;

    SessionWork(BlockingQueue<String> told) {
        this.told = told;
    }

    void run(String[] arguments) throws Exception {
        switch (arguments[1]) {
            case "hold" -> hold(arguments[2]);
            case "add" ->
                add(
                        number(arguments[2]),
                        number(arguments[3]),
                        number(arguments[4]),
                        Boolean.parseBoolean(arguments[5]));
            case "rate" -> rate(number(arguments[2]), number(arguments[3]));
            case "permits" -> permits(number(arguments[2]), number(arguments[3]));
            default -> throw new IllegalArgumentException(arguments[1]);
        }
    }

    private static int number(String argument) {
        return Integer.parseInt(argument);
    }

    /** Takes a lock, and then writes with its token at each line that it reads. */
    private void hold(String key) throws Exception {
        try (BankApplication application = BankApplication.start()) {
            application.sessions().acquire("warm up").close();
            Worker.say("READY");
            told.take();
            try (LockHandle handle = application.sessions().acquire(key)) {
                handle.onLost(() -> Worker.say("LOST"));
                long token = handle.fencingToken();
                Worker.say("HOLDING " + token);
                for (; ; ) {
                    told.take();
                    Worker.say("WROTE " + FencedResource.write(token) + " " + handle.isHeld());
                }
            }
        }
    }

    /**
     * Calls from this many threads. Each call adds one to one of two accounts, on another connection of a pool of this
     * size. An election may use the pool too.
     */
    private void add(int pool, int threads, int calls, boolean stands) throws Exception {
        try (BankApplication application =
                BankApplication.on(BankApplication.pool(TestDatabase.get().jdbcUrl(), pool))) {
            SessionJobs jobs = application.jobs();
            jobs.guarded("warm up", () -> 1);
            if (stands) {
                application.awaitNoneBorrowed();
                Object unused = application.elections().stand("small", new SilentLeader());
                Await.until("the election has no connection", () -> application.borrowed() > 0);
            }
            Worker.say("READY");
            told.take();
            AtomicInteger done = new AtomicInteger();
            inThreads(threads, thread -> {
                for (int call = 0; call < calls; call++) {
                    int account = 1 + (thread + call) % 2;
                    jobs.inTransaction(
                            "account:" + account, () -> application.bank().add(account, 1));
                    done.incrementAndGet();
                }
            });
            Worker.say("DONE " + done);
        }
    }

    /** Starts as often as the rate allows, until it is told to stop, and notes the time of the database. */
    private void rate(int threads, int pool) throws Exception {
        try (BankApplication application =
                BankApplication.on(BankApplication.pool(TestDatabase.get().jdbcUrl(), pool))) {
            application.jobs().guarded("warm up", () -> 1);
            Worker.say("READY");
            told.take();
            AtomicBoolean over = new AtomicBoolean();
            CompletableFuture<Boolean> ending = BankApplication.async(() -> {
                told.take();
                over.set(true);
                return true;
            });
            inThreads(threads, thread -> {
                while (!over.get()) {
                    application.jobs().tenInASecond(() -> {
                        long began = System.nanoTime();
                        try (Connection connection = application.connect()) {
                            long clock = PlainSql.number(
                                    connection, "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint");
                            long late = (System.nanoTime() - began) / 1000;
                            PlainSql.run(connection, "INSERT INTO faults_start VALUES (" + clock + ", " + late + ")");
                        }
                        return 1;
                    });
                }
            });
            Worker.say("DONE " + ending.get());
        }
    }

    /** Takes one of three permits again and again: by the annotation, with a wait, and by a try. */
    private void permits(int threads, int calls) throws Exception {
        try (BankApplication application = BankApplication.start()) {
            application.jobs().guarded("warm up", () -> 1);
            Worker.say("READY");
            told.take();
            AtomicInteger refused = new AtomicInteger();
            inThreads(threads, thread -> {
                for (int call = 0; call < calls; call++) {
                    Callable<Integer> work = () -> {
                        try (Connection connection = application.connect()) {
                            // One row for each holder, which all see at once.
                            PlainSql.run(
                                    connection,
                                    "INSERT INTO faults_holder VALUES (pg_backend_pid())",
                                    "INSERT INTO faults_most SELECT count(*) FROM faults_holder",
                                    "DELETE FROM faults_holder WHERE holder = pg_backend_pid()");
                        }
                        return 1;
                    };
                    try {
                        if (thread % 2 == 0) {
                            application.jobs().threeAtOnce("import", work);
                        } else {
                            Duration wait = Duration.ofSeconds(call % 2 * 60L);
                            try (LockHandle permit = application
                                    .sessions()
                                    .tryAcquire(LockRequest.of("import").permits(3), wait)
                                    .orElse(null)) {
                                if (permit == null) {
                                    refused.incrementAndGet();
                                } else {
                                    work.call();
                                }
                            }
                        }
                    } catch (LockTimeoutException e) {
                        Worker.say("STARVED");
                    }
                }
            });
            Worker.say("DONE " + refused);
        }
    }

    /** Work of one of several threads. */
    @FunctionalInterface
    private interface Numbered {
        void run(int thread) throws Exception;
    }

    private static void inThreads(int count, Numbered work) throws Exception {
        List<CompletableFuture<Boolean>> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int thread = i;
            threads.add(BankApplication.async(() -> {
                work.run(thread);
                return true;
            }));
        }
        for (CompletableFuture<Boolean> thread : threads) {
            thread.get();
        }
    }
}
