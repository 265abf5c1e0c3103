package org.advisorylock.tck.messaging;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** What the message-driven bean has noted. */
@ApplicationScoped
public class Inbox {

    private final BlockingQueue<String> notes = new LinkedBlockingQueue<>();

    /** The notes. */
    public BlockingQueue<String> notes() {
        return notes;
    }
}
