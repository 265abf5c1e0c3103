package org.advisorylock.tck.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.interceptor.InvocationContext;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyResolver;

/** Counts how often it is asked, which is once for each time that the interceptor is called. */
@ApplicationScoped
public class CountingResolver implements KeyResolver {

    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public Collection<AdvisoryLockKey> resolve(InvocationContext call) {
        asked.incrementAndGet();
        return List.of(AdvisoryLockKey.of(77));
    }

    /** How often since the last time. */
    public int count() {
        return asked.getAndSet(0);
    }
}
