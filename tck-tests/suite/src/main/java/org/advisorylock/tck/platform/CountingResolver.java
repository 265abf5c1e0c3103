package org.advisorylock.tck.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.interceptor.InvocationContext;
import java.util.concurrent.atomic.AtomicInteger;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyResolver;
import org.advisorylock.LockRequest;

/** Counts how often it is asked: once for each call of the interceptor. */
@ApplicationScoped
public class CountingResolver implements KeyResolver {

    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public LockRequest resolve(InvocationContext call) {
        asked.incrementAndGet();
        return LockRequest.of(AdvisoryLockKey.of(77));
    }

    /** The number of calls since the last count. */
    public int count() {
        return asked.getAndSet(0);
    }
}
