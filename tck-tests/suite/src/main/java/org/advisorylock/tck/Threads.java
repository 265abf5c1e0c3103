package org.advisorylock.tck;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/**
 * Threads beside that of the test, without a transaction. On a server they are the server's own, because JNDI names are
 * unknown in other threads.
 */
public final class Threads implements AutoCloseable {

    private static final String FACTORY = "java:comp/DefaultManagedThreadFactory";

    private final ThreadFactory factory = factory();
    private final List<BackgroundCall<?>> calls = new CopyOnWriteArrayList<>();

    /** Starts the work in a thread of its own. */
    public <T> BackgroundCall<T> start(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = factory.newThread(task);
        BackgroundCall<T> call = new BackgroundCall<>(thread, task);
        calls.add(call);
        thread.start();
        return call;
    }

    /** Runs the work in a thread of its own, and waits for it. */
    public <T> T run(Callable<T> work) {
        return start(work).get();
    }

    @Override
    public void close() {
        try {
            for (BackgroundCall<?> call : calls) {
                call.end();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while threads beside the test ended", e);
        }
    }

    // The name is a constant.
    @SuppressWarnings("BanJNDI")
    private static ThreadFactory factory() {
        try {
            return (ThreadFactory) new InitialContext().lookup(FACTORY);
        } catch (NamingException notInAServer) {
            return work -> new Thread(work, "tck");
        }
    }
}
