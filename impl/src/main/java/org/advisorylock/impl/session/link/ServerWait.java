package org.advisorylock.impl.session.link;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.impl.postgres.SessionConnection;
import org.advisorylock.impl.session.hold.Holds;
import org.advisorylock.impl.session.hold.Keeper;
import org.advisorylock.impl.session.hold.QueuedRequest;
import org.jspecify.annotations.Nullable;

/** Waits in the server for all keys that a request wants, in a session that has no other locks. */
public final class ServerWait extends Acquire {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    private static final Duration CANCEL_AGAIN = Duration.ofMillis(50);

    private enum WaitState {
        PENDING,
        WITHDRAWN,
        BEGUN,
        OVER
    }

    private final Supplier<Duration> longest;
    private final AtomicReference<WaitState> state = new AtomicReference<>(WaitState.PENDING);
    private volatile boolean cancelled;
    private volatile @Nullable SessionConnection waiting;
    private volatile @Nullable ErrandQueue queue;
    private int had;

    /** @param longest of the wait, asked when it begins */
    ServerWait(Holds registry, QueuedRequest ask, AcquireListener answer, Supplier<Duration> longest) {
        super(registry, ask, answer);
        this.longest = longest;
    }

    /** Withdraws the wait if it has not begun. Then there is no answer. */
    public boolean withdraw() {
        boolean back = state.compareAndSet(WaitState.PENDING, WaitState.WITHDRAWN);
        ErrandQueue in = queue;
        if (back && in != null) {
            in.forget(this);
        }
        return back;
    }

    void in(ErrandQueue waiter) {
        queue = waiter;
    }

    /**
     * Cancels the wait in the server, in other threads. It repeats that, because a cancel that comes before its
     * statement has no effect.
     */
    public void cancel(Workers workers) {
        cancelled = true;
        workers.soon(CANCEL_AGAIN, () -> {
            if (!isOver()) {
                cancel(workers);
            }
        });
        try {
            workers.execute(this::cancelOnce);
        } catch (OutOfMemoryError noThread) {
            LOGGER.log(Level.DEBUG, "a wait is cancelled a little later, as there is no thread for that now");
        }
    }

    private void cancelOnce() {
        SessionConnection connection = waiting;
        if (connection != null) {
            connection.cancel();
        }
    }

    public boolean isOver() {
        return state.get() == WaitState.OVER;
    }

    @Override
    boolean isWanted() {
        return state.get() != WaitState.WITHDRAWN;
    }

    @Override
    boolean begin() {
        return state.compareAndSet(WaitState.PENDING, WaitState.BEGUN);
    }

    @Override
    void run(SessionConnection connection, SharedCounts shared) throws SQLException {
        waiting = connection;
        try {
            List<AdvisoryLockKey> wanted = registry.wanted(ask);
            if (!cancelled && connection.lockAll(wanted, ask.claim().mode(), longest.get())) {
                had = wanted.size();
            }
            waiting = null;
            if (had == 0 || cancelled) {
                letGo(connection);
            }
        } catch (SQLException e) {
            waiting = null;
            if (!UnsoundSession.isEnd(e)) {
                letGo(connection);
            }
            throw e;
        } finally {
            state.set(WaitState.OVER);
        }
    }

    /** Session locks outlast a statement that failed or came too late. */
    private void letGo(SessionConnection connection) throws SQLException {
        had = 0;
        try {
            connection.unlockAll();
        } catch (SQLException e) {
            throw UnsoundSession.because(e);
        }
    }

    @Override
    int more() {
        return had;
    }

    @Override
    void note(Keeper keeper, SharedCounts shared) {
        if (had > 0) {
            registry.granted(ask, had, keeper);
        }
    }
}
