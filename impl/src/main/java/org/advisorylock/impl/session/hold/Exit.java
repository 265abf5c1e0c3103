package org.advisorylock.impl.session.hold;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.event.Story;
import org.advisorylock.impl.session.hold.Hold.State;

/**
 * The only way out of the registry. Each granted hold is released or lost here, whether its caller took it or not. Used
 * inside a step.
 */
final class Exit {

    private final Steps steps;
    private final LockTable table;
    private final Tasks tasks;
    private final Duration longestTold;

    /** @param longestTold how long a lost key stays with its holder while that is told */
    Exit(Steps steps, LockTable table, Tasks tasks, Duration longestTold) {
        this.steps = steps;
        this.table = table;
        this.tasks = tasks;
        this.longestTold = longestTold;
    }

    /** Ends a request, and releases what was granted of it. */
    void end(QueuedRequest ask) {
        ask.state = QueuedRequest.Progress.OVER;
        List<Hold> granted = new ArrayList<>();
        for (Hold hold : List.copyOf(ask.own)) {
            table.lineOf(hold).settle(ask);
            if (hold.state() == State.ASKED) {
                free(hold);
            } else if (hold.state() == State.GRANTED) {
                granted.add(hold);
            }
        }
        Object unused = closeAll(ask.again, false, false);
        table.leaveLine(ask);
        letGo(granted, false);
        finishIfNothingIsLeft(ask);
    }

    private void finishIfNothingIsLeft(QueuedRequest ask) {
        if (ask.state == QueuedRequest.Progress.OVER && ask.own.isEmpty()) {
            steps.answer(() -> ask.over.complete(true));
        }
    }

    /**
     * Closes one handle of each hold. A hold without handles is released, or kept as long as {@code holdAtLeast}
     * demands.
     *
     * @param here whether the calling thread may block
     * @return complete when those are free, or kept
     */
    CompletableFuture<?> closeAll(List<Hold> holds, boolean detached, boolean here) {
        List<Hold> over = new ArrayList<>();
        for (Hold hold : holds) {
            hold.close(detached);
            if (hold.isUnused()) {
                over.add(hold);
                noteDone(hold, here);
            }
        }
        Duration left = Duration.ZERO;
        for (Hold hold : over) {
            left = left.compareTo(hold.left()) < 0 ? hold.left() : left;
        }
        if (left.compareTo(Duration.ZERO) > 0) {
            over.forEach(hold -> {
                hold.become(State.KEPT);
                noteDone(hold, false);
            });
            Duration kept = left;
            steps.afterwards(() -> tasks.after(kept, () -> endKept(over)));
            return CompletableFuture.completedFuture(true);
        }
        letGo(over, here);
        return over.size() == 1
                ? over.get(0).free
                : CompletableFuture.allOf(over.stream().map(hold -> hold.free).toArray(CompletableFuture[]::new));
    }

    /** Its holders do not want it any more. */
    private static void noteDone(Hold hold, boolean closerTells) {
        Story story = hold.story;
        if (story != null) {
            if (hold.isLost()) {
                story.lose();
            }
            if (!closerTells) {
                story.endsApart();
            }
        }
    }

    private void endKept(List<Hold> holds) {
        steps.run(() -> {
            letGo(holds.stream().filter(hold -> hold.state() == State.KEPT).toList(), false);
        });
    }

    private void letGo(List<Hold> holds, boolean here) {
        if (holds.size() == 1) {
            Hold one = holds.get(0);
            one.become(State.RELEASING);
            steps.afterwards(() -> release(one.keeper(), one.mode, holds, here));
            return;
        }
        Map<Keeper, Map<LockMode, List<Hold>>> byKeeper = new LinkedHashMap<>();
        for (Hold hold : holds) {
            hold.become(State.RELEASING);
            byKeeper.computeIfAbsent(hold.keeper(), any -> new EnumMap<>(LockMode.class))
                    .computeIfAbsent(hold.mode, any -> new ArrayList<>())
                    .add(hold);
        }
        byKeeper.forEach((keeper, byMode) ->
                byMode.forEach((mode, all) -> steps.afterwards(() -> release(keeper, mode, all, here))));
    }

    private void release(Keeper keeper, LockMode mode, List<Hold> holds, boolean here) {
        List<AdvisoryLockKey> keys = new ArrayList<>(holds.size());
        holds.forEach(hold -> keys.add(hold.key()));
        if (here) {
            keeper.releaseHere(keys, mode, () -> released(holds));
        } else {
            keeper.release(keys, mode, () -> released(holds));
        }
    }

    private List<Runnable> released(List<Hold> holds) {
        List<Runnable> answers = new ArrayList<>();
        steps.take(
                () -> {
                    for (Hold hold : holds) {
                        if (hold.state() == State.RELEASING) {
                            free(hold);
                        }
                    }
                    return true;
                },
                answers);
        return answers;
    }

    private void free(Hold hold) {
        hold.become(State.FREE);
        steps.answer(() -> hold.free.complete(true));
        noteEnd(hold);
        QueuedRequest asking = table.remove(hold);
        if (asking != null) {
            finishIfNothingIsLeft(asking);
        }
    }

    private void noteEnd(Hold hold) {
        Story story = hold.story;
        if (story != null) {
            story.end();
            if (story.isToBeToldApart()) {
                steps.answer(() -> tasks.execute(story::tellEnd));
            }
        }
    }

    /** Notes that a session has ended, and with it all holds that it kept. */
    void loseAll(Keeper keeper) {
        table.holds()
                .filter(hold -> hold.keeper == keeper && hold.state() != State.LOST)
                .toList()
                .forEach(this::lose);
    }

    /** Tells the holder, in a task of its own. The key is free after that. */
    void lose(Hold hold) {
        Story story = hold.state() == State.RELEASING ? null : hold.story;
        if (story != null) {
            story.lose();
            steps.afterwards(() -> tasks.execute(story::tellEnd));
        }
        hold.become(State.LOST);
        hold.owner = null;
        QueuedRequest asking = table.asking(hold);
        if (asking != null) {
            asking.loss = hold.loss();
        }
        List<Runnable> actions = hold.takeActions();
        if (actions.isEmpty()) {
            free(hold);
            return;
        }
        steps.afterwards(() -> tasks.execute(() -> {
            try {
                actions.forEach(Runnable::run);
            } finally {
                freeLost(hold);
            }
        }));
        steps.afterwards(() -> tasks.after(longestTold, () -> freeLost(hold)));
    }

    private void freeLost(Hold hold) {
        steps.run(() -> {
            if (hold.state() == State.LOST) {
                free(hold);
            }
        });
    }
}
