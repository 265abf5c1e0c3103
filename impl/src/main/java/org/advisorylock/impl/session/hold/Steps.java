package org.advisorylock.impl.session.hold;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Changes the registry step by step. What follows from a step runs after it, without the lock. Safe for use by several
 * threads.
 */
final class Steps {

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Runnable> due = new ArrayList<>();
    private final List<Runnable> answers = new ArrayList<>();

    /** Takes one step, and then runs what follows from it. */
    <T> T take(Supplier<T> change) {
        List<Runnable> later = new ArrayList<>();
        try {
            return take(change, later);
        } finally {
            runAll(later);
        }
    }

    /** The same without a result. */
    void run(Runnable change) {
        take(() -> {
            change.run();
            return true;
        });
    }

    /** The same, but the caller runs the answers to those who wait for the end of something. */
    <T> T take(Supplier<T> change, List<Runnable> later) {
        List<Runnable> effects = new ArrayList<>();
        try {
            lock.lock();
            try {
                return change.get();
            } finally {
                effects.addAll(due);
                due.clear();
                later.addAll(answers);
                answers.clear();
                lock.unlock();
            }
        } finally {
            runAll(effects);
        }
    }

    /** Runs all effects, even if one of them throws. */
    private static void runAll(List<Runnable> effects) {
        for (int effect = 0; effect < effects.size(); effect++) {
            try {
                effects.get(effect).run();
            } catch (Throwable e) {
                runAll(effects.subList(effect + 1, effects.size()));
                throw e;
            }
        }
    }

    /** Runs something after the current step. */
    void afterwards(Runnable effect) {
        due.add(effect);
    }

    /** Answers somebody after everything else. */
    void answer(Runnable answer) {
        answers.add(answer);
    }
}
