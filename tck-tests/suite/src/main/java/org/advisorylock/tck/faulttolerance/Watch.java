package org.advisorylock.tck.faulttolerance;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import org.jspecify.annotations.Nullable;

/** Is outside transaction and lock, and inside fault tolerance if that has priority 100. */
@CountedAttempts
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 120)
public class Watch {

    @Inject
    AttemptCounts attempts;

    @AroundInvoke
    @Nullable
    Object watch(InvocationContext call) throws Exception {
        attempts.begin();
        try {
            return call.proceed();
        } catch (Exception e) {
            attempts.fail(e);
            throw e;
        }
    }
}
