package org.advisorylock.impl.group;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Questions that are asked at once. A given number of them must be answered. */
final class Quorum<T> {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<T> answers = new ArrayList<>();
    private final List<Exception> failures = new ArrayList<>();
    private final int asked;

    private Quorum(int asked) {
        this.asked = asked;
    }

    static <T> Quorum<T> ask(List<Callable<T>> questions, Executor workers) {
        Quorum<T> quorum = new Quorum<>(questions.size());
        for (Callable<T> question : questions) {
            workers.execute(() -> quorum.run(question));
        }
        return quorum;
    }

    // A question that throws has no answer, but somebody still waits for it.
    @SuppressWarnings("CatchingUnchecked")
    private void run(Callable<T> question) {
        try {
            T answer = question.call();
            add(answers, answer);
        } catch (Exception e) {
            add(failures, e);
        } catch (Throwable e) {
            add(failures, new ExecutionException(e));
        }
    }

    private <E> void add(List<E> to, E one) {
        lock.lock();
        try {
            to.add(one);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for a number of answers, and a little longer for the others.
     *
     * @param patience how long to wait for the others once there are enough
     * @return the answers, in the order in which they came; fewer than needed if the others failed
     */
    List<T> first(int needed, Duration patience) {
        await(needed, patience);
        return copy(answers);
    }

    private void await(int needed, Duration patience) {
        lock.lock();
        try {
            while (answers.size() < needed && asked - failures.size() >= needed) {
                changed.awaitUninterruptibly();
            }
            long left = patience.toNanos();
            while (answers.size() >= needed && answers.size() + failures.size() < asked && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    List<Exception> failures() {
        return copy(failures);
    }

    private <E> List<E> copy(List<E> all) {
        lock.lock();
        try {
            return List.copyOf(all);
        } finally {
            lock.unlock();
        }
    }
}
