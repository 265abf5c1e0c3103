package org.advisorylock.testbed;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A meeting of threads. Guests arrive and stay until the host, who waits for all of them, lets them go. */
public final class Party {

    private static final long SECONDS = 30;

    private final CountDownLatch arrived;
    private final CountDownLatch over = new CountDownLatch(1);

    private Party(int guests) {
        arrived = new CountDownLatch(guests);
    }

    /** A party of this many guests, without the host. */
    public static Party of(int guests) {
        return new Party(guests);
    }

    /** For a guest: tells that it is here and waits until it may go. */
    public void attend() {
        arrived.countDown();
        await(over, "the host has not let the guests go");
    }

    /** For the host: waits until all guests are here. */
    public void awaitGuests() {
        await(arrived, "not all guests have come");
    }

    /** For the host: lets the guests go, also those that come later. */
    public void letGo() {
        over.countDown();
    }

    private static void await(CountDownLatch latch, String otherwise) {
        try {
            if (!latch.await(SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError(otherwise + " within " + SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(otherwise + " before this thread was interrupted", e);
        }
    }
}
