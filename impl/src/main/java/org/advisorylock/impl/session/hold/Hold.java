package org.advisorylock.impl.session.hold;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.event.Story;
import org.advisorylock.impl.postgres.Claim;
import org.jspecify.annotations.Nullable;

/**
 * One key that this JVM has, or asks for. Its transitions are these, and no others:
 *
 * <pre>
 * from       to         when
 * ASKED      GRANTED    the server granted it
 * ASKED      FREE       it was refused, or the request was given up
 * GRANTED    HELD       its caller took it, and owns it from then on
 * GRANTED    RELEASING  its caller does not want it any more
 * HELD       KEPT       its last handle was closed before holdAtLeast was over
 * HELD       RELEASING  its last handle was closed
 * KEPT       RELEASING  holdAtLeast is over
 * RELEASING  FREE       the server let it go
 * GRANTED, HELD, KEPT, RELEASING  LOST   its session ended
 * LOST       FREE       its holders were told
 * </pre>
 *
 * <p>Written inside a step of the registry alone.
 */
final class Hold {

    enum State {
        ASKED,
        GRANTED,
        HELD,
        KEPT,
        RELEASING,
        LOST,
        FREE
    }

    private static final Map<State, Set<State>> NEXT = new EnumMap<>(Map.of(
            State.ASKED, EnumSet.of(State.GRANTED, State.FREE),
            State.GRANTED, EnumSet.of(State.HELD, State.RELEASING, State.LOST),
            State.HELD, EnumSet.of(State.KEPT, State.RELEASING, State.LOST),
            State.KEPT, EnumSet.of(State.RELEASING, State.LOST),
            State.RELEASING, EnumSet.of(State.FREE, State.LOST),
            State.LOST, EnumSet.of(State.FREE),
            State.FREE, EnumSet.noneOf(State.class)));

    private static final int SLACK = 10;

    /** The key of the request: of a lock, or the name of the permits. */
    final AdvisoryLockKey asked;

    final boolean isOfPermit;
    final LockMode mode;
    final String where;

    /** The key that the session has. For a permit it is the slot, and null until one is granted. */
    @Nullable
    AdvisoryLockKey key;

    @Nullable
    Keeper keeper;

    @Nullable
    Thread owner;

    /** How many open handles the owner has. {@code detached} counts those that no thread owns. */
    int handles;

    int detached;

    /** When it is free. */
    final CompletableFuture<Boolean> free = new CompletableFuture<>();

    private Map<Object, List<Runnable>> actions = Map.of();

    /** What listeners hear of the lock that it is a part of; null if nobody listens, or its caller has not taken it. */
    @Nullable
    Story story;

    private Duration kept = Duration.ZERO;
    private long keptSince;
    private volatile State state = State.ASKED;
    private volatile long token;
    private @Nullable CompletableFuture<Long> asking;

    private final LongSupplier nanoClock;

    Hold(AdvisoryLockKey asked, Claim claim, String where, LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.asked = asked;
        this.isOfPermit = claim.isForPermit();
        this.key = isOfPermit ? null : asked;
        this.mode = claim.mode();
        this.where = where;
    }

    State state() {
        return state;
    }

    /** @throws IllegalStateException if the table above has no such transition */
    void become(State next) {
        if (!Objects.requireNonNull(NEXT.get(state)).contains(next)) {
            throw new IllegalStateException(state + " to " + next);
        }
        state = next;
    }

    /** The key that its session has. */
    AdvisoryLockKey key() {
        return Objects.requireNonNull(key);
    }

    Keeper keeper() {
        return Objects.requireNonNull(keeper);
    }

    /** Whether the session has the key and shows that it lives. */
    boolean isAlive() {
        return state == State.HELD && keeper().isAlive();
    }

    /** Why the session has lost the key, as far as is known. Null if it has it, or has released it. */
    @Nullable
    String loss() {
        Keeper by = keeper;
        if (by == null || by.isAlive()) {
            return null;
        }
        String loss = by.loss();
        return loss == null ? "its session was silent for longer than the server waits" : loss;
    }

    boolean isLost() {
        return loss() != null;
    }

    boolean isOwnedBy(@Nullable Thread thread) {
        return thread != null && owner == thread && state == State.HELD;
    }

    /** Its caller has it now. */
    void take(@Nullable Thread by) {
        become(State.HELD);
        owner = by;
        handles = by == null ? 0 : 1;
        detached = by == null ? 1 : 0;
    }

    /** One handle less. */
    void close(boolean isDetached) {
        if (isDetached) {
            detached--;
        } else {
            handles--;
        }
        disownIfClosed();
    }

    /** Makes one of the owner's handles one that no thread owns. */
    void detach() {
        detached++;
        handles--;
        disownIfClosed();
    }

    private void disownIfClosed() {
        if (handles == 0) {
            owner = null;
        }
    }

    /** Tells listeners the end of the lock, if it has ended. */
    void tellEnd() {
        Story heard = story;
        if (heard != null) {
            heard.tellEnd();
        }
    }

    /** Whether no handle is left. */
    boolean isUnused() {
        return handles == 0 && detached == 0 && state == State.HELD;
    }

    long token() {
        return token;
    }

    void raiseToken(long to) {
        token = Math.max(token, to);
    }

    /** Asks for a token, unless somebody is asking already. */
    synchronized CompletableFuture<Long> askOnce(Supplier<CompletableFuture<Long>> question) {
        if (asking == null || asking.isCompletedExceptionally()) {
            asking = question.get();
        }
        return asking;
    }

    /** Keeps the key for at least that time, from now on. */
    void keep(Duration time) {
        long now = nanoClock.getAsLong();
        // Before the first call there is no time to count from: the clock may begin anywhere.
        if (kept.isZero() || time.compareTo(kept.minusNanos(now - keptSince)) > 0) {
            kept = time;
            keptSince = now;
        }
    }

    /**
     * How long the key must still be kept. Not positive if it need not be. The holder may start late after it got the
     * lock, and the next holder may start sooner. So a delay of up to a tenth of the time is not counted.
     */
    Duration left() {
        long passed = nanoClock.getAsLong() - keptSince;
        return kept.minusNanos(Math.max(0, passed - kept.toNanos() / SLACK));
    }

    void add(Object handle, Runnable action) {
        if (actions.isEmpty()) {
            actions = new LinkedHashMap<>();
        }
        actions.computeIfAbsent(handle, any -> new ArrayList<>()).add(action);
    }

    void forget(Object handle) {
        if (!actions.isEmpty()) {
            actions.remove(handle);
        }
    }

    /** Takes the actions that run when the key is lost. */
    List<Runnable> takeActions() {
        List<Runnable> all = actions.values().stream().flatMap(List::stream).toList();
        actions = Map.of();
        return all;
    }
}
