package org.advisorylock.tck.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.interceptor.InvocationContext;
import java.util.concurrent.atomic.AtomicInteger;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyResolver;
import org.advisorylock.LockRequest;

/** Counts how often it is asked, which is once for each time that the interceptor is called. */
@ApplicationScoped
public class CountingResolver implements KeyResolver {

    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public LockRequest resolve(InvocationContext call) {
        asked.incrementAndGet();
        return LockRequest.of(AdvisoryLockKey.of(77));
    }

    /** How often since the last time. */
    public int count() {
        return asked.getAndSet(0);
    }
}
