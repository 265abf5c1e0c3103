package org.advisorylock.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.advisorylock.testbed.Party;

/** Threads that repeat the same work for a while. */
public final class Crowd {

    /** One repetition; returns the time to note, in nanoseconds. */
    @FunctionalInterface
    public interface CrowdTurn {
        long take() throws Exception;
    }

    private final List<CompletableFuture<Times>> results = new ArrayList<>();
    private final Party party;
    private volatile boolean going = true;

    /** Threads that are ready, and wait. */
    public Crowd(int threads, CrowdTurn turn) {
        party = Party.of(threads);
        for (int i = 0; i < threads; i++) {
            CompletableFuture<Times> result = new CompletableFuture<>();
            results.add(result);
            Thread thread = new Thread(() -> repeat(turn, result), "crowd");
            thread.setDaemon(true);
            thread.start();
        }
        party.awaitGuests();
    }

    /** Lets them begin. */
    public void start() {
        party.letGo();
    }

    private void repeat(CrowdTurn turn, CompletableFuture<Times> result) {
        try {
            Times times = new Times();
            party.attend();
            while (going) {
                times.add(turn.take());
            }
            result.complete(times);
        } catch (Throwable e) {
            result.completeExceptionally(e);
        }
    }

    /** Asks them to end with the turn that they are in. */
    public void stop() {
        going = false;
    }

    /** What each has noted, when all have ended. */
    public List<Times> join() {
        return results.stream().map(CompletableFuture::join).toList();
    }
}
