package org.advisorylock.impl.session;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.advisorylock.LockHandle;
import org.advisorylock.LockLostException;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.Incarnation;
import org.advisorylock.impl.postgres.SessionConnection;

/** What one acquire gave. */
final class Handle implements LockHandle {

    private final Claim request;
    private final List<KeyHold> holds;
    private final Workers workers;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ReentrantLock asking = new ReentrantLock();
    private long token;
    private volatile boolean detached;

    Handle(Claim request, List<KeyHold> holds, Workers workers) {
        this.request = request;
        this.holds = holds;
        this.workers = workers;
    }

    @Override
    public boolean isHeld() {
        return !closed.get() && !isLost();
    }

    boolean isLost() {
        return holds.stream().anyMatch(KeyHold::isLost);
    }

    @Override
    public long fencingToken() {
        asking.lock();
        try {
            requireHeld();
            if (token == 0) {
                token = asked();
            }
            requireHeld();
            return token;
        } finally {
            asking.unlock();
        }
    }

    /** The number comes from one session; that the others held their keys when it was given, they show by living on. */
    private long asked() {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        workers.execute(() -> {
            try {
                Set<Carrier> carriers = new HashSet<>();
                long number = 0;
                for (KeyHold hold : holds) {
                    if (number == 0) {
                        carriers.add(hold.carrier());
                        number = hold.carrier().call(SessionConnection::token);
                    } else if (carriers.add(hold.carrier())) {
                        hold.carrier().call(connection -> {
                            connection.beat();
                            return true;
                        });
                    }
                }
                answer.complete(number);
            } catch (Throwable e) {
                answer.completeExceptionally(e);
            }
        });
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw isHeld() ? Failures.told(e.getCause(), request) : lost();
        }
    }

    private void requireHeld() {
        if (!isHeld()) {
            throw lost();
        }
    }

    /** The error of a lock that ended before its holder wanted. */
    LockLostException lost() {
        return new LockLostException(Message.LOST.text(request, loss()), request.keys(), null);
    }

    /** Why it was lost. */
    String loss() {
        return holds.stream()
                .filter(KeyHold::isLost)
                .map(hold -> hold.carrier().loss())
                .findFirst()
                .orElse("its handle is closed");
    }

    /** Asks each session that holds one of its keys for a sign of life. */
    void beat() throws SQLException {
        for (Carrier carrier : carriers()) {
            carrier.call(connection -> {
                connection.beat();
                return true;
            });
        }
    }

    /** The server's clock, in microseconds, at a time at which all its keys are held. */
    long clock() throws SQLException {
        long micros = holds.get(0).carrier().call(SessionConnection::clock);
        beat();
        return micros;
    }

    /** In which lives of the server's memory its keys were granted; one, unless the server has just begun another. */
    List<Incarnation> incarnations() {
        return carriers().stream().map(Carrier::incarnation).toList();
    }

    /** Runs something on the session of its first key. */
    <T> T call(Carrier.Operation<T> operation) throws SQLException {
        return holds.get(0).carrier().call(operation);
    }

    private Set<Carrier> carriers() {
        return holds.stream().map(KeyHold::carrier).collect(Collectors.toSet());
    }

    @Override
    public void onLost(Runnable action) {
        AtomicBoolean told = new AtomicBoolean();
        Runnable once = () -> {
            if (!closed.get() && told.compareAndSet(false, true)) {
                action.run();
            }
        };
        for (KeyHold hold : holds) {
            if (!hold.onLost(once)) {
                once.run();
            }
        }
    }

    @Override
    public void holdAtLeast(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException(Message.BAD_WAIT.text(time, Claim.LONGEST_WAIT_MILLIS));
        }
        holds.forEach(hold -> hold.keep(time));
    }

    /** Has no thread own it any more; it is held until it is closed. */
    void detach() {
        holds.forEach(KeyHold::detach);
        detached = true;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        List<KeyHold> over = holds.stream()
                .filter(detached ? KeyHold::giveUpDetached : KeyHold::giveUp)
                .toList();
        Duration left =
                over.stream().map(KeyHold::left).max(Duration::compareTo).orElse(Duration.ZERO);
        if (left.compareTo(Duration.ZERO) > 0) {
            workers.after(left, () -> Release.of(over));
        } else if (over.stream().anyMatch(hold -> !hold.isLost())) {
            CompletableFuture<Boolean> released = new CompletableFuture<>();
            workers.execute(() -> {
                try {
                    Release.of(over);
                } finally {
                    released.complete(true);
                }
            });
            released.join();
        }
    }
}
