package org.advisorylock.impl.leader;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/** Waits that long, whatever interrupts come, because half an end of a term is none. */
final class PatientWait {

    private PatientWait() {}

    /** Whether it came in time. */
    static boolean await(CompletableFuture<Void> what, Duration most, LongSupplier nanoClock) {
        long end = nanoClock.getAsLong() + most.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    what.get(end - nanoClock.getAsLong(), TimeUnit.NANOSECONDS);
                    return true;
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException | ExecutionException e) {
                    return false;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
