package org.advisorylock.testbed;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Records what the library logs, until this is closed. Safe for use by several threads. */
public final class LibraryLog implements AutoCloseable {

    private static final Logger LOGGER = Logger.getLogger("org.advisorylock");

    private final List<String> messages = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            synchronized (messages) {
                messages.add(record.getMessage());
                messages.notifyAll();
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    /** Listens from now on. */
    public LibraryLog() {
        LOGGER.addHandler(handler);
    }

    /** A copy of all messages so far, in their order. */
    public List<String> messages() {
        synchronized (messages) {
            return List.copyOf(messages);
        }
    }

    /**
     * Waits for a message.
     *
     * @param id how it begins
     * @return its text
     */
    public String await(String id) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        synchronized (messages) {
            while (messages.stream().noneMatch(text -> text.startsWith(id))) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError("no message " + id + " within 20 s, but " + messages);
                }
                messages.wait(left);
            }
            return messages.stream()
                    .filter(text -> text.startsWith(id))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Override
    public void close() {
        LOGGER.removeHandler(handler);
    }
}
