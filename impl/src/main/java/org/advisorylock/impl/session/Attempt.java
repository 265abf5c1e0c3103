package org.advisorylock.impl.session;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockInfo;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.SessionConnection;
import org.advisorylock.impl.postgres.SqlErrors;
import org.jspecify.annotations.Nullable;

/** One request's way through the sessions, in a thread without a transaction. */
abstract class Attempt {

    /** Makes the hold of a key that was granted. */
    @FunctionalInterface
    interface Granted {
        KeyHold hold(AdvisoryLockKey key, Carrier carrier) throws SQLException;
    }

    /** What came of it: holds of all the keys, or nobody's fault and the holders. */
    record Outcome(List<KeyHold> holds, List<LockInfo> holders) {

        boolean isGranted() {
            return !holds.isEmpty();
        }
    }

    final Carriers carriers;
    final Claim request;
    private final Granted granted;
    private final long deadline;
    private volatile boolean cancelled;
    private volatile @Nullable Carrier waiting;

    /** @param deadline by {@link System#nanoTime}; without meaning for an unlimited request */
    Attempt(Carriers carriers, Claim request, long deadline, Granted granted) {
        this.carriers = carriers;
        this.request = request;
        this.deadline = deadline;
        this.granted = granted;
    }

    /** Ends a wait, from another thread; what was granted until then is let go. To be repeated until the attempt has ended. */
    void cancel() {
        cancelled = true;
        Carrier carrier = waiting;
        if (carrier != null) {
            carrier.cancel();
        }
    }

    /** Takes all keys or none. */
    Outcome run() throws SQLException {
        List<KeyHold> holds = new ArrayList<>();
        boolean complete = false;
        try (Waiter waiter = new Waiter()) {
            while (!complete) {
                complete = tryShared(holds);
                if (!complete && isOver()) {
                    return new Outcome(List.of(), holders());
                }
                if (!complete) {
                    complete = waiter.await(holds);
                }
            }
            return new Outcome(List.copyOf(holds), List.of());
        } finally {
            if (!complete) {
                Release.of(holds);
            }
        }
    }

    /** Asks the shared session for what is missing; adds what it got, in order, and tells whether nothing is missing now. */
    abstract boolean tryShared(List<KeyHold> holds) throws SQLException;

    /** What to wait for next, in a session of its own; empty to pause instead. */
    abstract List<AdvisoryLockKey> wanted(List<KeyHold> holds);

    /** How long one wait in the server is at most. */
    abstract Duration slice();

    /** How long to pause where no session is to be had to wait in. */
    abstract Duration pause();

    /** After a wait, successful or not. */
    void waited(List<AdvisoryLockKey> wanted, boolean successfully) {}

    final KeyHold granted(AdvisoryLockKey key, Carrier carrier) throws SQLException {
        return granted.hold(key, carrier);
    }

    final void addGranted(List<AdvisoryLockKey> keys, Carrier carrier, List<KeyHold> holds) throws SQLException {
        for (AdvisoryLockKey key : keys) {
            holds.add(granted(key, carrier));
        }
    }

    /** Runs something on the shared session; once more on a new one if that session turns out to be lost and has given nothing. */
    final <T> T onShared(List<KeyHold> holds, SharedOperation<T> operation) throws SQLException {
        int had = holds.size();
        try {
            return onceOnShared(operation);
        } catch (SQLException e) {
            if (holds.size() > had || !SqlErrors.isConnectionLost(SqlErrors.state(e))) {
                throw e;
            }
            return onceOnShared(operation);
        }
    }

    private <T> T onceOnShared(SharedOperation<T> operation) throws SQLException {
        Carrier carrier = carriers.shared(request);
        try {
            return carrier.call(connection -> operation.on(carrier, connection));
        } finally {
            carrier.leave();
        }
    }

    /** Work on the shared session. */
    @FunctionalInterface
    interface SharedOperation<T> {
        T on(Carrier carrier, SessionConnection connection) throws SQLException;
    }

    private List<LockInfo> holders() throws SQLException {
        return request.isForPermit() || request.isQuiet()
                ? List.of()
                : onShared(List.of(), (carrier, connection) -> connection.readHolders(request));
    }

    private boolean isOver() {
        return cancelled || request.isImmediate() || (!request.isUnlimited() && deadline - System.nanoTime() <= 0);
    }

    private long nanosLeft(Duration most) {
        return request.isUnlimited()
                ? most.toNanos()
                : Math.max(1, Math.min(most.toNanos(), deadline - System.nanoTime()));
    }

    /** A session to wait in, opened while the shared one is asked again now and then. */
    private final class Waiter implements AutoCloseable {

        private @Nullable CompletableFuture<Carrier> opening;
        private long since;

        boolean await(List<KeyHold> holds) throws SQLException {
            if (opening == null) {
                opening = carriers.waiter(request);
                since = System.nanoTime();
            }
            Carrier own = opening == null ? null : opened(opening);
            List<AdvisoryLockKey> wanted = own == null ? List.of() : wanted(holds);
            if (own == null || wanted.isEmpty()) {
                if (opening == null || own != null) {
                    pause(nanosLeft(Attempt.this.pause()));
                }
                return false;
            }
            boolean granted = false;
            try {
                if (waitIn(own, wanted)) {
                    addGranted(wanted, own, holds);
                    granted = true;
                }
                return granted;
            } finally {
                waited(wanted, granted);
                if (granted || System.nanoTime() - since >= carriers.slice().toNanos()) {
                    close();
                }
            }
        }

        private boolean waitIn(Carrier own, List<AdvisoryLockKey> wanted) throws SQLException {
            Duration longest = Duration.ofNanos(nanosLeft(slice()));
            waiting = own;
            try {
                return !cancelled
                        && own.call(connection -> {
                            boolean all = connection.lockAll(wanted, request.mode(), longest);
                            if (!all || cancelled) {
                                connection.unlockAll();
                            }
                            return all && !cancelled;
                        });
            } finally {
                waiting = null;
            }
        }

        private @Nullable Carrier opened(CompletableFuture<Carrier> opening) throws SQLException {
            try {
                return opening.get(nanosLeft(Attempt.this.pause()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException notYet) {
                return null;
            } catch (ExecutionException e) {
                if (e.getCause() instanceof LockGuardException refusal) {
                    throw refusal;
                }
                // What ails the database, the shared session tells; without a connection of its own a request goes on
                // asking there.
                this.opening = null;
                pause(nanosLeft(Attempt.this.pause()));
                return null;
            } catch (InterruptedException ending) {
                Thread.currentThread().interrupt();
                cancelled = true;
                return null;
            }
        }

        private void pause(long nanos) {
            LockSupport.parkNanos(this, nanos);
        }

        /** Leaves its session, which stays open if it holds something now. */
        @Override
        public void close() {
            if (opening != null) {
                Object unused = opening.thenAccept(Carrier::leave);
                opening = null;
            }
        }
    }
}
