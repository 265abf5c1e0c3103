package org.advisorylock.impl.session;

import java.util.concurrent.CompletableFuture;
import org.advisorylock.impl.session.hold.Handle;
import org.jspecify.annotations.Nullable;

/** A request that stands in line, while its caller does something else. No thread will own the lock. */
public final class PendingLock {

    private final Acquisition acquisition;

    PendingLock(Acquisition acquisition) {
        this.acquisition = acquisition;
    }

    /** Completes when the lock is granted, or fails if it will not be. */
    public CompletableFuture<?> answered() {
        return acquisition.answered();
    }

    /** Takes the lock. Null if the request was given up before. */
    public @Nullable Handle take() {
        return acquisition.take();
    }

    /** Gives up what was not taken. Completes when nothing of it is left, in this JVM and in the server. */
    public CompletableFuture<?> abandon() {
        acquisition.abandon();
        return acquisition.ask().over();
    }
}
