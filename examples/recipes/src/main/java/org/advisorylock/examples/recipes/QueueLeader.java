package org.advisorylock.examples.recipes;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.advisorylock.LeaderElection;
import org.advisorylock.Leadership;
import org.advisorylock.LeadershipListener;
import org.jspecify.annotations.Nullable;

/**
 * Works the queue off on one server at a time, and hands it over when that server stops, as in a rolling deployment.
 */
@ApplicationScoped
public class QueueLeader implements LeadershipListener {
    private static final System.Logger LOGGER = System.getLogger(QueueLeader.class.getName());

    @Inject
    LeaderElection elections;

    @Inject
    OrderQueue queue;

    // tag::leader[]
    private final ReentrantLock work = new ReentrantLock();
    private final Condition over = work.newCondition();
    private volatile long lastOver; // terms only grow, so whatever is not greater is over
    private @Nullable Leadership leadership;

    void start(@Observes Startup event) {
        leadership = elections.stand("order-queue", this);
    }

    void stop(@Observes Shutdown event) {
        if (leadership != null) {
            leadership.close(); // calls revoked() first
        }
    }

    @Override
    public void elected(long term) {
        work.lock();
        try {
            while (term > lastOver) {
                if (!shipped(term)) {
                    over.await(1, TimeUnit.SECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            work.unlock();
        }
    }

    @Override
    public void revoked(long term) {
        lastOver = term; // no further order is begun ...
        work.lock(); // ... and the one under way is finished before another server may lead
        try {
            over.signalAll();
        } finally {
            work.unlock();
        }
    }

    private boolean shipped(long term) {
        try {
            return queue.shipNext(term);
        } catch (RuntimeException e) {
            // A leader that lets it out of elected() leads on and does nothing.
            LOGGER.log(System.Logger.Level.WARNING, "an order was not shipped, it stays in the queue", e);
            return false;
        }
    }
    // end::leader[]
}
