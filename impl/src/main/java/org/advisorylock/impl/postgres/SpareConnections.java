package org.advisorylock.impl.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Knows whether a pool that transactions use has a connection to spare. Session locks and elections take one each, and
 * a wait in the server takes one more. It also tells who can give a connection back that somebody waits for one. Safe
 * for use by several threads.
 */
public final class SpareConnections implements OpeningWatch.WaitListener {

    /** How many further connections a waiter can use, besides those of session locks, of elections, and of the work. */
    private static final int MOST = 2;

    private static final long SECONDS_TO_WAIT = 1;

    private final AtomicInteger sharers = new AtomicInteger();
    private final Set<Runnable> givers = ConcurrentHashMap.newKeySet();
    private volatile int counted;

    SpareConnections() {}

    /**
     * Notes that session locks or elections take a connection from the pool. Tells whether they are the first who do.
     */
    public boolean share() {
        return sharers.getAndIncrement() == 0;
    }

    /** Whether the pool has one more connection, besides those of all who share it and one for the work. */
    public boolean hasOne() {
        return counted >= sharers.get();
    }

    /** The same for two. */
    public boolean hasTwo() {
        return counted > sharers.get();
    }

    /** Adds who gives back idle connections. It must not block. */
    public void addGiver(Runnable giver) {
        givers.add(giver);
    }

    @Override
    public void onWait() {
        givers.forEach(Runnable::run);
    }

    /**
     * Counts the further connections that the pool gives. The caller has as many as the work and one sharer need.
     *
     * @param opener begins to open one more connection
     */
    void count(Supplier<CompletableFuture<Connection>> opener) throws SQLException, InterruptedException {
        counted = count(opener, MOST);
    }

    private static int count(Supplier<CompletableFuture<Connection>> opener, int most)
            throws SQLException, InterruptedException {
        if (most == 0) {
            return 0;
        }
        CompletableFuture<Connection> another = opener.get();
        try (Connection given = another.get(SECONDS_TO_WAIT, TimeUnit.SECONDS)) {
            return given.isClosed() ? 0 : 1 + count(opener, most - 1);
        } catch (InterruptedException ending) {
            Object unused = another.thenAccept(Connections::giveBack);
            throw ending;
        } catch (ExecutionException | TimeoutException none) {
            Object unused = another.thenAccept(Connections::giveBack);
            return 0;
        }
    }
}
