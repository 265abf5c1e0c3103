package org.advisorylock.benchmarks.own;

import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;

/** Does nothing: what interception costs by itself. */
@Interceptor
@Intercepted
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 250)
public class NothingInterceptor {

    /** Proceeds. */
    @AroundInvoke
    Object aroundInvoke(InvocationContext call) throws Exception {
        return call.proceed();
    }
}
