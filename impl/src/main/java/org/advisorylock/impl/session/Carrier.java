package org.advisorylock.impl.session;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.Incarnation;
import org.advisorylock.impl.postgres.Patience;
import org.advisorylock.impl.postgres.SessionConnection;
import org.advisorylock.impl.postgres.SqlErrors;
import org.advisorylock.spi.Printable;
import org.jspecify.annotations.Nullable;

/** A session that holds locks of this JVM, and is asked for a sign of life as long as it does. */
final class Carrier {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    /** Work on its connection. */
    @FunctionalInterface
    interface Operation<T> {
        T on(SessionConnection connection) throws SQLException;
    }

    private final SessionConnection connection;
    private final Workers workers;
    private final Patience patience;
    private final Consumer<Carrier> ended;
    private final ReentrantLock turn = new ReentrantLock();
    private final Set<KeyHold> holds = ConcurrentHashMap.newKeySet();
    private int users = 1;
    private boolean closed;
    private volatile long alive = System.nanoTime();
    private volatile @Nullable String loss;

    /**
     * With one user, who must {@link #leave}.
     *
     * @param ended is told that its connection was given back or destroyed
     */
    Carrier(SessionConnection connection, Workers workers, Patience patience, Consumer<Carrier> ended) {
        this.connection = connection;
        this.workers = workers;
        this.patience = patience;
        this.ended = ended;
        workers.after(patience.heartbeat(), this::beat);
    }

    /** Has it stay open for one more; false if it is closed or lost already. */
    synchronized boolean enter() {
        if (closed || loss != null) {
            return false;
        }
        users++;
        return true;
    }

    /** The last one who leaves closes it. */
    void leave() {
        synchronized (this) {
            users--;
            if (users > 0 || closed) {
                return;
            }
            closed = true;
        }
        if (loss == null) {
            turn.lock();
            try {
                connection.close();
            } catch (SQLException | RuntimeException e) {
                LOGGER.log(
                        Level.DEBUG,
                        () -> Printable.message("backend " + backend() + " ended while it was given back: " + e));
            } finally {
                turn.unlock();
            }
            ended.accept(this);
        }
    }

    /** Runs something on its connection, one after the other. An error that ends the connection loses all that it holds. */
    <T> T call(Operation<T> operation) throws SQLException {
        turn.lock();
        try {
            String lost = loss;
            if (lost != null) {
                throw new SQLException(lost, "08003");
            }
            connection.answerAfter(silent());
            T result = operation.on(connection);
            alive = System.nanoTime();
            return result;
        } catch (SQLException e) {
            if (SqlErrors.isConnectionLost(SqlErrors.state(e))) {
                loss = SqlErrors.state(e) + ": " + SqlErrors.firstLine(e);
            }
            throw e;
        } finally {
            turn.unlock();
            if (loss != null) {
                lose();
            }
        }
    }

    /** Ends the session in the server, whatever it holds or waits for, and tells the holders. */
    void destroy(String reason) {
        loss = reason;
        connection.cancel();
        lose();
    }

    /** Has it hold something, for a user who has entered and does not leave; lost at once if the session is. */
    void add(KeyHold hold) {
        holds.add(hold);
        if (loss != null) {
            lose();
        }
    }

    /** Whether it was still holding it. */
    boolean remove(KeyHold hold) {
        return holds.remove(hold);
    }

    boolean holdsAny() {
        return !holds.isEmpty();
    }

    Set<KeyHold> holds() {
        return holds;
    }

    boolean isLost() {
        return loss != null;
    }

    /** Why it was lost. */
    String loss() {
        return String.valueOf(loss);
    }

    int backend() {
        return connection.backend();
    }

    Incarnation incarnation() {
        return connection.incarnation();
    }

    /** Ends a wait on its connection, from another thread. */
    void cancel() {
        connection.cancel();
    }

    private void lose() {
        // Others may have the keys from here on, so the holders are told before the network is asked for anything.
        Map<KeyHold, List<Runnable>> told = new LinkedHashMap<>();
        for (KeyHold hold : List.copyOf(holds)) {
            if (holds.remove(hold)) {
                told.put(hold, hold.lose());
            }
        }
        told.forEach((hold, actions) -> actions.forEach(action -> run(action, hold)));
        told.keySet().forEach(hold -> {
            hold.release();
            leave();
        });
        turn.lock();
        try {
            connection.destroy();
        } finally {
            turn.unlock();
        }
        ended.accept(this);
    }

    private static void run(Runnable action, KeyHold hold) {
        try {
            action.run();
        } catch (Throwable e) {
            LOGGER.log(Level.WARNING, Message.LISTENER_FAILED.text(hold.key(), e), e);
        }
    }

    private void beat() {
        synchronized (this) {
            if (closed || loss != null) {
                return;
            }
        }
        // A message that is under way is a sign of life, or will fail as one.
        if (silent().compareTo(patience.heartbeat()) >= 0 && !turn.isLocked()) {
            try {
                call(connected -> {
                    connected.beat();
                    return true;
                });
            } catch (SQLException | RuntimeException lost) {
                LOGGER.log(
                        Level.DEBUG,
                        () -> Printable.message("backend " + backend() + " gave no sign of life: " + lost));
            }
        }
        Duration left = patience.heartbeat().minus(silent());
        workers.after(left.compareTo(Duration.ZERO) > 0 ? left : patience.heartbeat(), this::beat);
    }

    private Duration silent() {
        return Duration.ofNanos(System.nanoTime() - alive);
    }
}
