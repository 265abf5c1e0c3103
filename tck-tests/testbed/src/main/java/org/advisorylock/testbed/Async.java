package org.advisorylock.testbed;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Runs something in a daemon thread of its own. */
public final class Async {

    private Async() {}

    /** Completes with its result, or with its exception. */
    public static <T> CompletableFuture<T> run(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(work.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return result;
    }
}
