package org.advisorylock.impl.session.hold;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockLostException;
import org.advisorylock.LockMode;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.session.hold.Hold.State;
import org.jspecify.annotations.Nullable;

/**
 * The only registry of what this JVM holds and asks for on one database. A caller owns a hold only once it has {@linkplain #take taken} it; whatever was granted leaves by
 * one {@link Exit}, whether it was taken or not. Safe for use by several threads.
 */
public final class Holds {

    private final Steps steps = new Steps();
    private final LockTable table = new LockTable(steps);
    private final Exit exit;
    private final Handle.Registry handles = new Handles();

    /** @param longestTold how long a lost key stays with its holder while that is told */
    public Holds(Tasks tasks, Duration longestTold) {
        this.exit = new Exit(steps, table, tasks, longestTold);
    }

    /**
     * Brings a request in: its owner takes again what it has, and stands in line for the rest.
     *
     * @return whether its owner had everything already, so that nothing is asked
     * @throws SelfDeadlockException if the owner has one of the keys shared and wants it exclusive
     * @throws LockGuardException if others use the key with another number of permits
     */
    public boolean ask(Ask ask) {
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
                ask.state = Ask.State.COMPLETE;
                return true;
            }
            table.joinNext(ask);
            return false;
        });
    }

    /** The keys that a request has its turn for and was not granted yet, in order; of a permit, the slots that are not used here. */
    public List<AdvisoryLockKey> wanted(Ask ask) {
        return steps.take(() -> ask.claim().isForPermit()
                ? table.placeOf(ask.own.get(0)).unused(ask)
                : ask.own.stream()
                        .filter(hold -> hold.state() == State.ASKED)
                        .map(Hold::key)
                        .toList());
    }

    /** Notes, in the session's thread, that it has the first so many of the keys that are wanted. */
    public void granted(Ask ask, int many, Keeper keeper) {
        steps.take(() -> {
            ask.own.stream()
                    .filter(hold -> hold.state() == State.ASKED)
                    .limit(many)
                    .toList()
                    .forEach(hold -> grant(hold, keeper));
            return afterGrant(ask);
        });
    }

    /** The same of one slot of a permit. */
    public void granted(Ask ask, AdvisoryLockKey slot, Keeper keeper) {
        steps.take(() -> {
            Hold hold = ask.own.get(0);
            hold.key = slot;
            table.placeOf(hold).granted(ask, slot);
            grant(hold, keeper);
            return afterGrant(ask);
        });
    }

    /** Notes that no slot was free of those that were wanted. */
    public void missed(Ask ask) {
        steps.take(() -> {
            ask.own.forEach(hold -> table.placeOf(hold).missed(ask));
            return true;
        });
    }

    private void grant(Hold hold, Keeper keeper) {
        hold.keeper = keeper;
        hold.become(State.GRANTED);
        if (keeper.loss() != null) {
            exit.lose(hold);
        }
    }

    /** Whether it has all that it asked for. */
    private boolean afterGrant(Ask ask) {
        boolean complete = ask.own.stream().noneMatch(hold -> hold.state() == State.ASKED);
        if (complete && ask.state == Ask.State.ASKING) {
            ask.state = Ask.State.COMPLETE;
            for (Hold hold : ask.own) {
                Place place = table.placeOf(hold);
                place.settle(ask);
                table.admit(place);
            }
        }
        if (ask.abandoned) {
            exit.end(ask);
        }
        return complete;
    }

    /** Whether all is granted, or was the owner's already, so that it may be {@linkplain #take taken}. */
    public boolean isComplete(Ask ask) {
        return steps.take(() -> ask.state == Ask.State.COMPLETE);
    }

    /**
     * Has the caller own what was granted; null if it was given up before.
     *
     * @throws LockLostException if a session that keeps a part of it was lost meanwhile
     */
    public @Nullable Handle take(Ask ask) {
        return steps.take(() -> {
            if (ask.state != Ask.State.COMPLETE) {
                return null;
            }
            Stream.concat(ask.own.stream(), ask.again.stream())
                    .filter(Hold::isLost)
                    .forEach(hold -> ask.loss = hold.loss());
            if (ask.loss != null) {
                exit.end(ask);
                throw new LockLostException(
                        Message.LOST.text(ask.claim(), ask.loss), ask.claim().keys(), null);
            }
            ask.state = Ask.State.TAKEN;
            for (Hold hold : ask.own) {
                hold.take(ask.owner);
                table.taken(hold);
            }
            List<Hold> all = new ArrayList<>(ask.again);
            all.addAll(ask.own);
            return new Handle(handles, ask.claim(), all, ask.owner == null);
        });
    }

    /** Gives a request up that is in line still; false if it has had its turn. */
    public boolean withdraw(Ask ask) {
        return steps.take(() -> {
            boolean inLine = ask.state == Ask.State.IN_LINE;
            if (inLine) {
                exit.end(ask);
            }
            return inLine;
        });
    }

    /** Its caller does not want it any more. If the server is being asked, {@link #granted} or {@link #refuse} end it. */
    public void abandon(Ask ask) {
        steps.take(() -> {
            ask.abandoned = true;
            if (ask.state == Ask.State.IN_LINE || ask.state == Ask.State.COMPLETE) {
                exit.end(ask);
            }
            return true;
        });
    }

    /** Ends a request for which the server is not being asked any more; what was granted of it is let go. */
    public void refuse(Ask ask) {
        steps.take(() -> {
            if (ask.state == Ask.State.ASKING || ask.state == Ask.State.COMPLETE) {
                exit.end(ask);
            }
            return true;
        });
    }

    /** Notes that a session ended, with all that it kept: each holder is told in a task of its own. */
    public void lost(Keeper keeper) {
        steps.take(() -> {
            exit.loseAll(keeper);
            return true;
        });
    }

    private final class Handles implements Handle.Registry {

        @Override
        public CompletableFuture<?> close(Handle handle) {
            return steps.take(() -> {
                handle.holds().forEach(hold -> hold.forget(handle));
                return exit.closeAll(handle.holds(), handle.isDetached());
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
            steps.take(() -> {
                handle.holds().forEach(hold -> hold.keep(time));
                return true;
            });
        }

        @Override
        public void detach(Handle handle) {
            steps.take(() -> {
                handle.holds().forEach(Hold::detach);
                handle.becomeDetached();
                return true;
            });
        }
    }

    /** Whether a thread has one of these keys. */
    public boolean ownsAny(@Nullable Thread owner, List<AdvisoryLockKey> some) {
        return steps.take(() -> table.ownsAny(owner, some));
    }

    /** Where a thread has taken a key so that it would wait for itself now; null if nowhere. */
    public @Nullable String placeOfConflict(Thread thread, AdvisoryLockKey key, LockMode wanted) {
        return steps.take(() -> table.placeOfConflict(thread, key, wanted));
    }

    /** The same key, with its text if this JVM has it or waits for it. */
    public AdvisoryLockKey named(AdvisoryLockKey key) {
        return steps.take(() -> table.named(key));
    }

    /** Who of this JVM is in the way of a request, for people. */
    public String inTheWay(Claim claim) {
        return steps.take(() -> table.inTheWay(claim));
    }

    /** Whether something is kept that is let go within that time. */
    public boolean isAnyKeptFor(Duration most) {
        return steps.take(() -> table.isAnyKeptFor(most));
    }

    /** Whether nothing is held or asked for. */
    public boolean isIdle() {
        return steps.take(table::isEmpty);
    }
}
