package org.advisorylock.tck.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.lang.ref.WeakReference;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Tells whether the class loader of {@link Abandoned} is gone. */
@ApplicationScoped
@Path("collected")
public class Collected {

    private static final long BOUND_SECONDS = 60;

    /** Collects garbage until it is. */
    @GET
    public String isCollected() {
        if (!(System.getProperties().get(Abandoned.LOADER) instanceof WeakReference<?> loader)) {
            return "there was none";
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
        while (loader.get() != null && System.nanoTime() < deadline) {
            System.gc();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
        return loader.get() == null ? "collected" : "alive: " + loader.get();
    }
}
