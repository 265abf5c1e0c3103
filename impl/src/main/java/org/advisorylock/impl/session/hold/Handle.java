package org.advisorylock.impl.session.hold;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.advisorylock.LockLostException;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.LogMessage;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.Incarnation;
import org.advisorylock.impl.postgres.SessionConnection;

/** What one acquire gave. */
public final class Handle implements LosableHandle {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    /** About seventy years. A longer time cannot be counted in nanoseconds. */
    private static final Duration LONGEST_KEPT = Duration.ofNanos(Long.MAX_VALUE / 4);

    /** The registry, as a handle sees it. */
    interface Registry {
        /**
         * Closes a handle.
         *
         * @param here whether the calling thread may block
         * @return completes when the keys of the last handle are free, or kept for a while
         */
        CompletableFuture<?> close(Handle handle, boolean here);

        /**
         * Runs an action when one of the handle's keys is lost. Returns false if that has happened, or the handle is
         * closed.
         */
        boolean onLost(Handle handle, Runnable action);

        void keep(Handle handle, Duration time);

        /** Takes the handle away from its thread. Its holds stay held, but the thread cannot take the keys again. */
        void detach(Handle handle);
    }

    private final Registry registry;
    private final Claim request;
    private final List<Hold> holds;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean detached;

    Handle(Registry registry, Claim request, List<Hold> holds, boolean detached) {
        this.registry = registry;
        this.request = request;
        this.holds = holds;
        this.detached = detached;
    }

    List<Hold> holds() {
        return holds;
    }

    boolean isDetached() {
        return detached;
    }

    @Override
    public boolean isHeld() {
        return !closed.get() && holds.stream().allMatch(Hold::isAlive);
    }

    @Override
    public boolean isLost() {
        return holds.stream().anyMatch(Hold::isLost);
    }

    @Override
    public long fencingToken() {
        try {
            return token().toCompletableFuture().join();
        } catch (CompletionException e) {
            throw isHeld() ? Failures.toException(e.getCause(), request) : lost();
        }
    }

    /**
     * The fencing token, without blocking. It belongs to the holder, so all handles of one holder have the same. If
     * several sessions keep the keys, one of them gives the token. The others show by a sign of life that they still
     * held their keys then.
     */
    public CompletionStage<Long> token() {
        if (!isHeld()) {
            return CompletableFuture.failedFuture(lost());
        }
        long known = holds.get(0).token();
        if (known > 0 && holds.stream().allMatch(hold -> hold.token() == known)) {
            return CompletableFuture.completedFuture(known);
        }
        return holds.size() == 1 ? holds.get(0).askOnce(this::askToken) : askToken();
    }

    private CompletableFuture<Long> askToken() {
        List<Keeper> keepers = new ArrayList<>(keepers());
        CompletableFuture<Long> number = keepers.get(0).token(request);
        for (Keeper other : keepers.subList(1, keepers.size())) {
            number = number.thenCombine(beat(other), (token, alive) -> token);
        }
        return number.thenApply(token -> {
            if (!isHeld()) {
                throw lost();
            }
            holds.forEach(hold -> hold.raiseToken(token));
            return holds.stream().mapToLong(Hold::token).max().orElse(token);
        });
    }

    @Override
    public LockLostException lost() {
        return new LockLostException(CallMessage.LOST.text(request, loss()), request.keys(), null);
    }

    /** Why it was lost. */
    public String loss() {
        return holds.stream()
                .map(Hold::loss)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse("its handle is closed");
    }

    /** Asks each session that keeps one of the keys for a sign of life. */
    public void sendHeartbeat() {
        join(CompletableFuture.allOf(keepers().stream().map(Handle::beat).toArray(CompletableFuture[]::new)));
    }

    private static CompletableFuture<Boolean> beat(Keeper keeper) {
        return keeper.ask(connection -> {
            connection.sendHeartbeat();
            return true;
        });
    }

    /** The server's clock in microseconds, at a moment when all keys are held. */
    public long clock() {
        long micros = join(holds.get(0).keeper().ask(SessionConnection::clock));
        sendHeartbeat();
        return micros;
    }

    private <T> T join(CompletableFuture<T> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw Failures.toException(e, request);
        }
    }

    /** The incarnations of the server in which the keys were granted. One, unless the server has just restarted. */
    public List<Incarnation> incarnations() {
        return keepers().stream().map(Keeper::incarnation).toList();
    }

    /** Runs something on the session of the first key. */
    public <T> T call(Keeper.Operation<T> operation) {
        return join(holds.get(0).keeper().ask(operation));
    }

    private Set<Keeper> keepers() {
        return holds.stream().map(Hold::keeper).collect(Collectors.toSet());
    }

    @Override
    public void onLost(Runnable action) {
        AtomicBoolean told = new AtomicBoolean();
        Runnable once = () -> {
            if (told.compareAndSet(false, true)) {
                run(action);
            }
        };
        if (!closed.get() && !registry.onLost(this, once) && isLost()) {
            once.run();
        }
    }

    private void run(Runnable action) {
        if (closed.get()) {
            return;
        }
        try {
            action.run();
        } catch (Throwable e) {
            LOGGER.log(Level.WARNING, LogMessage.LISTENER_FAILED.text(request, e), e);
        }
    }

    @Override
    public void holdAtLeast(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException(CallMessage.BAD_WAIT.text(time, Claim.LONGEST_WAIT_MILLIS));
        }
        registry.keep(this, time.compareTo(LONGEST_KEPT) > 0 ? LONGEST_KEPT : time);
    }

    /** Takes the lock away from its thread. It stays held until it is closed. */
    public void detach() {
        if (!closed.get() && !detached) {
            registry.detach(this);
        }
    }

    void becomeDetached() {
        detached = true;
    }

    /** Closes the handle without waiting. Completes when its keys are free, lost, or kept for a while. */
    public CompletionStage<?> closeLater() {
        return close(false);
    }

    @Override
    public void close() {
        close(true).join();
        for (Hold hold : holds) {
            hold.tellEnd();
        }
    }

    private CompletableFuture<?> close(boolean here) {
        return closed.compareAndSet(false, true) ? registry.close(this, here) : CompletableFuture.completedFuture(true);
    }

    @Override
    public String toString() {
        return request.toString();
    }
}
