package org.advisorylock.impl.session.hold;

import java.time.Duration;
import java.util.concurrent.Executor;

/** Runs work that may take long, each task in a thread of its own. */
public interface Tasks extends Executor {
    /** Runs a task later. */
    void after(Duration delay, Runnable task);
}
