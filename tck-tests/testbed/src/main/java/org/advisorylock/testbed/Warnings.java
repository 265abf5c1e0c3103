package org.advisorylock.testbed;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What the library logs as a warning, until this is closed. */
public final class Warnings implements AutoCloseable {

    private static final Logger LOGGER = Logger.getLogger("org.advisorylock");

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            if (record.getLevel().equals(Level.WARNING)) {
                told.add(record.getMessage());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    /** Listens from now on. */
    public Warnings() {
        LOGGER.addHandler(handler);
    }

    /**
     * Waits for a warning.
     *
     * @param id how it begins
     * @return its text
     */
    public String await(String id) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            String text = told.poll(left, TimeUnit.NANOSECONDS);
            if (text != null && text.startsWith(id)) {
                return text;
            }
        }
        throw new AssertionError("no warning " + id + " within 20 s");
    }

    @Override
    public void close() {
        LOGGER.removeHandler(handler);
    }
}
