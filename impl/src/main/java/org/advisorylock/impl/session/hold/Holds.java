package org.advisorylock.impl.session.hold;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockLostException;
import org.advisorylock.LockMode;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.session.hold.Hold.State;
import org.jspecify.annotations.Nullable;

/**
 * The only registry of what this JVM holds and requests on one database. A caller owns a hold only after it has
 * {@linkplain #take taken} it. Each granted hold leaves by the one {@link Exit}. Safe for use by several threads.
 */
public final class Holds {

    private final Steps steps = new Steps();
    private final LockTable table;
    private final Exit exit;
    private final Handle.Registry handles = new Handles();

    /**
     * @param longestTold how long a lost key stays with its holder while that is told
     * @param nanoClock counts the times of permits and of {@code holdAtLeast}
     */
    public Holds(Tasks tasks, Duration longestTold, LongSupplier nanoClock) {
        this.table = new LockTable(steps, nanoClock);
        this.exit = new Exit(steps, table, tasks, longestTold);
    }

    /**
     * Enters a request. Its owner takes again what it has, and waits in line for the rest. A request that may not wait
     * and does not have its turn at once is over.
     *
     * @return whether its owner had everything already, so that nothing is asked
     * @throws SelfDeadlockException if the owner has one of the keys shared and wants it exclusive
     * @throws LockGuardException if others use the key with another number of permits
     */
    public boolean ask(QueuedRequest ask) {
        Claim claim = ask.claim();
        return steps.take(() -> {
            table.requireSamePermits(claim);
            table.refuseUpgrade(claim, ask.owner, ask.where);
            for (AdvisoryLockKey key : claim.keys()) {
                Hold mine = table.find(claim, key, ask.owner);
                if (mine == null) {
                    ask.ahead.add(key);
                } else {
                    mine.handles++;
                    ask.again.add(mine);
                }
            }
            if (ask.ahead.isEmpty()) {
                ask.state = QueuedRequest.Progress.COMPLETE;
                return true;
            }
            table.joinNext(ask);
            if (claim.isImmediate() && ask.state == QueuedRequest.Progress.IN_LINE) {
                // In line it would be in the way of others, who could have what they want.
                exit.end(ask);
            }
            return false;
        });
    }

    /**
     * The keys that the server must be asked for, in order: the request has its turn for them, and they are not granted
     * yet. For a permit, the slots that this JVM does not use.
     */
    public List<AdvisoryLockKey> wanted(QueuedRequest ask) {
        return steps.take(() -> {
            if (ask.claim().isForPermit() && !ask.own.isEmpty()) {
                return table.lineOf(ask.own.get(0)).unused(ask);
            }
            List<AdvisoryLockKey> keys = new ArrayList<>(ask.own.size());
            for (Hold hold : ask.own) {
                if (hold.state() == State.ASKED) {
                    keys.add(hold.key());
                }
            }
            return keys;
        });
    }

    /** Notes that the session has the first {@code many} of the wanted keys. Called by the session's thread. */
    public void noteGrant(QueuedRequest ask, int many, Keeper keeper) {
        steps.run(() -> {
            int left = many;
            // A copy, because a hold that is lost at once leaves the list.
            for (Hold hold : List.copyOf(ask.own)) {
                if (left > 0 && hold.state() == State.ASKED) {
                    left--;
                    grant(hold, keeper);
                }
            }
            afterGrant(ask);
        });
    }

    /** The same for one slot of a permit. */
    public void noteGrant(QueuedRequest ask, AdvisoryLockKey slot, Keeper keeper) {
        steps.run(() -> {
            Hold hold = ask.own.get(0);
            hold.key = slot;
            table.lineOf(hold).noteGrant(ask, slot);
            grant(hold, keeper);
            afterGrant(ask);
        });
    }

    /** Notes that none of the wanted slots was free. */
    public void noteMiss(QueuedRequest ask) {
        steps.run(() -> {
            ask.own.forEach(hold -> table.lineOf(hold).noteMiss(ask));
        });
    }

    private void grant(Hold hold, Keeper keeper) {
        hold.keeper = keeper;
        hold.become(State.GRANTED);
        if (keeper.loss() != null) {
            exit.lose(hold);
        }
    }

    private void afterGrant(QueuedRequest ask) {
        if (ask.state == QueuedRequest.Progress.ASKING && ask.isGranted()) {
            ask.state = QueuedRequest.Progress.COMPLETE;
            for (Hold hold : ask.own) {
                KeyLine line = table.lineOf(hold);
                line.settle(ask);
                table.admit(line);
            }
        }
        if (ask.abandoned) {
            exit.end(ask);
        }
    }

    /** Whether all keys are granted, so that the caller may {@linkplain #take take} them. */
    public boolean isComplete(QueuedRequest ask) {
        return steps.take(() -> ask.state == QueuedRequest.Progress.COMPLETE);
    }

    /**
     * Makes the caller the owner of what was granted. Null if the request was given up before.
     *
     * @throws LockLostException if a session that keeps a part of it was lost meanwhile
     */
    public @Nullable Handle take(QueuedRequest ask) {
        return steps.take(() -> {
            if (ask.state != QueuedRequest.Progress.COMPLETE) {
                return null;
            }
            ask.noteLosses();
            if (ask.loss != null) {
                exit.end(ask);
                throw new LockLostException(
                        CallMessage.LOST.text(ask.claim(), ask.loss),
                        ask.claim().keys(),
                        null);
            }
            ask.state = QueuedRequest.Progress.TAKEN;
            for (Hold hold : ask.own) {
                hold.take(ask.owner);
                table.taken(hold);
                hold.story = ask.story;
            }
            if (ask.story != null && !ask.own.isEmpty()) {
                ask.story.grant(ask.own.size());
            }
            List<Hold> all = new ArrayList<>(ask.again);
            all.addAll(ask.own);
            return new Handle(handles, ask.claim(), all, ask.owner == null);
        });
    }

    /** Gives up a request that has not had its turn. Returns false if it has had it. */
    public boolean withdraw(QueuedRequest ask) {
        return steps.take(() -> {
            if (ask.state == QueuedRequest.Progress.IN_LINE) {
                exit.end(ask);
            }
            return !ask.ahead.isEmpty();
        });
    }

    /**
     * Notes that the caller has given up. If the server is being asked, {@link #noteGrant} or {@link #refuse} ends the
     * request.
     */
    public void abandon(QueuedRequest ask) {
        steps.run(() -> {
            ask.abandoned = true;
            if (ask.state == QueuedRequest.Progress.IN_LINE || ask.state == QueuedRequest.Progress.COMPLETE) {
                exit.end(ask);
            }
        });
    }

    /** Ends a request when the server is not being asked any more, and releases what was granted of it. */
    public void refuse(QueuedRequest ask) {
        steps.run(() -> {
            if (ask.state == QueuedRequest.Progress.ASKING || ask.state == QueuedRequest.Progress.COMPLETE) {
                exit.end(ask);
            }
        });
    }

    /** Notes that a session has ended. Each holder is told in a task of its own. */
    public void lose(Keeper keeper) {
        steps.run(() -> {
            exit.loseAll(keeper);
        });
    }

    private final class Handles implements Handle.Registry {

        @Override
        public CompletableFuture<?> close(Handle handle, boolean here) {
            return steps.take(() -> {
                handle.holds().forEach(hold -> hold.forget(handle));
                return exit.closeAll(handle.holds(), handle.isDetached(), here);
            });
        }

        @Override
        public boolean onLost(Handle handle, Runnable action) {
            return steps.take(() -> {
                boolean held = handle.holds().stream().allMatch(hold -> hold.state() == State.HELD);
                if (held) {
                    handle.holds().forEach(hold -> hold.add(handle, action));
                }
                return held;
            });
        }

        @Override
        public void keep(Handle handle, Duration time) {
            steps.run(() -> {
                handle.holds().forEach(hold -> hold.keep(time));
            });
        }

        @Override
        public void detach(Handle handle) {
            steps.run(() -> {
                handle.holds().forEach(Hold::detach);
                handle.becomeDetached();
            });
        }
    }

    /** Whether a thread owns one of these keys. */
    public boolean ownsAny(@Nullable Thread owner, List<AdvisoryLockKey> some) {
        return steps.take(() -> table.ownsAny(owner, some));
    }

    /** The place where a thread took a key for which it would now wait for itself; null if there is none. */
    public @Nullable String placeOfConflict(Thread thread, AdvisoryLockKey key, LockMode wanted) {
        return steps.take(() -> table.placeOfConflict(thread, key, wanted));
    }

    /** The same key, with its text if this JVM holds it or waits for it. */
    public AdvisoryLockKey named(AdvisoryLockKey key) {
        return steps.take(() -> table.named(key));
    }

    /** Who in this JVM holds the keys of a request, as words of a message. */
    public String inTheWay(Claim claim) {
        return steps.take(() -> table.inTheWay(claim));
    }

    /** Whether a key is kept that will be released within that time. */
    public boolean isAnyKeptFor(Duration most) {
        return steps.take(() -> table.isAnyKeptFor(most));
    }

    /** Whether nothing is held or requested. */
    public boolean isIdle() {
        return steps.take(table::isEmpty);
    }
}
