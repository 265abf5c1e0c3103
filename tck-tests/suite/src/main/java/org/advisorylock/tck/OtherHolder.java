package org.advisorylock.tck;

import java.sql.Connection;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockMode;

/**
 * Another program in the database: a connection of its own, in a thread of its own, that holds advisory locks by plain
 * JDBC until it is closed. The locks are of session level, so that it needs no transaction.
 */
public final class OtherHolder implements AutoCloseable {

    private static final long BOUND_SECONDS = 120;

    private final Threads threads = new Threads();
    private final BlockingQueue<FutureTask<?>> errands = new LinkedBlockingQueue<>();
    private final Connection connection;

    private OtherHolder(Database database) {
        // One thread, without a transaction. So no server enlists the connection, and Open Liberty leaves it open: it
        // closes a connection when the thread ends that has opened it, and its pool gives it to another one.
        threads.start(this::runErrands);
        connection = run(database::connect);
    }

    private boolean runErrands() throws InterruptedException {
        while (true) {
            errands.take().run();
        }
    }

    private <T> T run(Callable<T> errand) {
        FutureTask<T> task = new FutureTask<>(errand);
        errands.add(task);
        try {
            return task.get(BOUND_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | TimeoutException | ExecutionException e) {
            throw new AssertionError("the other holder did not end well: " + e, e);
        }
    }

    public static OtherHolder open(Database database) {
        return new OtherHolder(database);
    }

    public static OtherHolder holding(Database database, LockMode mode, AdvisoryLockKey... keys) {
        OtherHolder rival = open(database);
        for (AdvisoryLockKey key : keys) {
            if (!rival.tryLock(key, mode)) {
                rival.close();
                throw new AssertionError("key " + key + " is not free");
            }
        }
        return rival;
    }

    public static OtherHolder holding(Database database, String... keys) {
        AdvisoryLockKey[] hashed = new AdvisoryLockKey[keys.length];
        for (int i = 0; i < keys.length; i++) {
            hashed[i] = AdvisoryLockKey.of(keys[i], KeyHash.MD5);
        }
        return holding(database, LockMode.EXCLUSIVE, hashed);
    }

    public boolean tryLock(AdvisoryLockKey key, LockMode mode) {
        String function = mode == LockMode.SHARED ? "pg_try_advisory_lock_shared" : "pg_try_advisory_lock";
        // Without quotes PostgreSQL would negate a number that is too large for a bigint.
        String number = key.isPair() ? key.toString() : "'" + key + "'::bigint";
        return query("SELECT pg_catalog." + function + "(" + number + ")").equals("t");
    }

    public int pid() {
        return Integer.parseInt(query("SELECT pg_catalog.pg_backend_pid()"));
    }

    private String query(String sql) {
        return run(() -> Database.query(connection, sql));
    }

    /** Lets go of all locks. */
    public void release() {
        query("SELECT pg_catalog.pg_advisory_unlock_all()");
    }

    @Override
    public void close() {
        try (threads) {
            release();
            run(() -> {
                connection.close();
                return true;
            });
        }
    }
}
