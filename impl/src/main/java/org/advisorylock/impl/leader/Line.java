package org.advisorylock.impl.leader;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockHandle;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.LogMessage;
import org.advisorylock.impl.session.AsyncLocks;
import org.jspecify.annotations.Nullable;

/**
 * The way of one candidate through the line of an election. Each place is a session lock. A candidate takes the place
 * before it as soon as that is free, and then gives up its own. So the first to come is the first to lead, without a
 * table. Nobody waits in the server, where a wait of weeks would hold back vacuum.
 *
 * <p>All granted places are in one set, and are given back on failure and at the end, so none is left behind. Only the
 * thread of the {@link Lines} calls the methods.
 */
final class Line {

    /** The candidate of this way. The thread of the lines tells it. */
    interface Walker {
        /** The candidate is at the front, and this is its token. */
        void first(LockHandle lock, long token);

        /** The candidate has moved, has failed to move, or has released a lock. */
        void moved();
    }

    private static final Logger LOGGER = System.getLogger("org.advisorylock");
    static final int LAST_PLACE = 1000;

    private final ElectionKeys places;
    private final AsyncLocks locks;
    private final Executor loop;
    private final Walker walker;
    private final Set<LockHandle> held = new HashSet<>();
    private int place;
    private @Nullable LockHandle lock;
    private boolean asking;
    private boolean failing;
    private int givingBack;
    private boolean closed;

    Line(ElectionKeys places, AsyncLocks locks, Executor loop, Walker walker) {
        this.places = places;
        this.locks = locks;
        this.loop = loop;
        this.walker = walker;
    }

    /** Goes to the end of the line, even if nobody leads: the first in line is about to. */
    void enter() {
        leave();
        enter(1);
    }

    private void enter(int at) {
        if (at > LAST_PLACE) {
            throw new LockGuardException(CallMessage.LINE_FULL.text(places.election(), LAST_PLACE), List.of(), null);
        }
        ask(at, free -> {
            if (free == null) {
                enter(at + 1);
            } else {
                enter(at, free);
            }
        });
    }

    private void enter(int at, LockHandle free) {
        ask(at + 1, behind -> {
            if (behind == null) {
                // Somebody behind the free place came before, and is about to go forward.
                giveBack(free);
                enter(at + 2);
            } else {
                giveBack(behind);
                stay(at, free);
                advance();
            }
        });
    }

    /** Goes forward as far as places are free. */
    void advance() {
        ask(place - 1, next -> {
            if (next != null) {
                LockHandle before = lock;
                stay(place - 1, next);
                if (before != null) {
                    giveBack(before);
                }
                if (place == 0) {
                    askToken(next);
                } else {
                    advance();
                }
            }
        });
    }

    private void stay(int at, LockHandle granted) {
        place = at;
        lock = granted;
    }

    private void askToken(LockHandle first) {
        answer(() -> locks.token(first))
                .whenCompleteAsync(
                        (token, failure) -> {
                            // It may have left meanwhile, without waiting: the token comes with a commit, which may
                            // hang on a standby.
                            if (lock == first) {
                                if (failure == null) {
                                    walker.first(first, token);
                                } else {
                                    leave();
                                    fail(failure);
                                }
                                walker.moved();
                            }
                        },
                        loop);
    }

    private void ask(int which, Consumer<@Nullable LockHandle> then) {
        asking = true;
        answer(() -> locks.tryOnce(places.key(which)))
                .whenCompleteAsync(
                        (granted, failure) -> {
                            asking = false;
                            if (granted != null) {
                                granted.ifPresent(held::add);
                            }
                            if (closed) {
                                leave();
                            } else if (failure != null) {
                                fail(failure);
                            } else {
                                try {
                                    failing = false;
                                    then.accept(granted.orElse(null));
                                } catch (Throwable e) {
                                    fail(e);
                                }
                            }
                            walker.moved();
                        },
                        loop);
    }

    /** Gives back all places except the one that it had before. */
    void fail(Throwable why) {
        // It is tried again until it is closed. The log tells the reason once, not each second.
        Throwable cause = why instanceof CompletionException && why.getCause() != null ? why.getCause() : why;
        LOGGER.log(
                failing ? Level.DEBUG : Level.WARNING, () -> LogMessage.ELECTION_FAILED.text(places.election(), cause));
        failing = true;
        tidy();
    }

    private void giveBack(LockHandle one) {
        if (!held.remove(one)) {
            return;
        }
        givingBack++;
        answer(() -> locks.release(one))
                .whenCompleteAsync(
                        (free, failure) -> {
                            if (failure != null) {
                                // It is given back again later, because no place may be left behind.
                                held.add(one);
                            }
                            givingBack--;
                            walker.moved();
                        },
                        loop);
    }

    private static <T> CompletionStage<T> answer(Supplier<CompletionStage<T>> question) {
        try {
            return question.get();
        } catch (Throwable e) {
            return CompletableFuture.failedStage(e);
        }
    }

    /** Gives back all places that it has or will still be granted. */
    void leave() {
        lock = null;
        List.copyOf(held).forEach(this::giveBack);
    }

    /** Tries again to give back what could not be given back. */
    void tidy() {
        if (!asking) {
            LockHandle mine = lock;
            List.copyOf(held).stream().filter(one -> one != mine).forEach(this::giveBack);
        }
    }

    /** Gives back whatever it has, or is granted yet. */
    void close() {
        closed = true;
        leave();
    }

    /** Whether it has a place in the line or is the first. */
    boolean isIn() {
        return lock != null && lock.isHeld();
    }

    /** Whether only the leader is before it. */
    boolean isNext() {
        return place == 1;
    }

    boolean isFirst() {
        return place == 0;
    }

    /** Whether what it tried last went wrong. */
    boolean isFailing() {
        return failing;
    }

    boolean isAsking() {
        return asking;
    }

    /** Whether all that it gave back is free. */
    boolean isSettled() {
        return givingBack == 0;
    }

    /** Whether nothing is left of it. */
    boolean isEmpty() {
        return held.isEmpty() && !asking && givingBack == 0;
    }

    @Override
    public String toString() {
        return (lock == null ? "outside" : "place " + place + (lock.isHeld() ? "" : " lost"))
                + (asking ? ", asking" : "")
                + (failing ? ", failing" : "")
                + (closed ? ", closed" : "")
                + (", holds " + held.size() + ", gives back " + givingBack);
    }
}
