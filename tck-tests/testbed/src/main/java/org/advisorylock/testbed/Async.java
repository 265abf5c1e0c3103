package org.advisorylock.testbed;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Runs something in a thread of its own, which keeps no JVM alive. */
public final class Async {

    private Async() {}

    /** What it gives, or throws. */
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
