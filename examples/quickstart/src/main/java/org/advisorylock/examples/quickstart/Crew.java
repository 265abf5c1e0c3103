package org.advisorylock.examples.quickstart;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Tellers that start at one moment, each in a thread of its own, and work through their turns. */
final class Crew {
    /** One turn of a teller. */
    @FunctionalInterface
    interface Turn {
        void take(int teller);
    }

    private static final int PATIENCE_SECONDS = 60;

    private final List<Future<?>> tellers = new ArrayList<>();

    private Crew() {}

    static Crew start(int size, int turns, Turn turn) {
        Crew crew = new Crew();
        CyclicBarrier allAreHere = new CyclicBarrier(size);
        ExecutorService threads = Executors.newFixedThreadPool(size);
        for (int i = 0; i < size; i++) {
            int teller = i;
            crew.tellers.add(threads.submit(() -> {
                allAreHere.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                for (int done = 0; done < turns; done++) {
                    turn.take(teller);
                }
                return teller;
            }));
        }
        threads.shutdown();
        return crew;
    }

    boolean isDone() {
        return tellers.stream().allMatch(Future::isDone);
    }

    /** Waits until all tellers are done, and returns what went wrong: nothing, if the list is empty. */
    List<Throwable> finish() {
        List<Throwable> failures = new ArrayList<>();
        for (Future<?> teller : tellers) {
            try {
                teller.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                failures.add(e.getCause() == null ? e : e.getCause());
            } catch (TimeoutException e) {
                teller.cancel(true);
                failures.add(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                failures.add(e);
            }
        }
        return failures;
    }
}
