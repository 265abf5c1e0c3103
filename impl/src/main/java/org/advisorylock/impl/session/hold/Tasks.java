package org.advisorylock.impl.session.hold;

import java.time.Duration;
import java.util.concurrent.Executor;

/** Runs what may take long, each task in a thread of its own. */
public interface Tasks extends Executor {
    /** Runs one later. */
    void after(Duration delay, Runnable task);
}
