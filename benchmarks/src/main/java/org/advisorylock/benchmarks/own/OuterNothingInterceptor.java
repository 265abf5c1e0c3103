package org.advisorylock.benchmarks.own;

import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;

/** Does nothing, around the other one: the library has two interceptors as well. */
@Interceptor
@InterceptedTwice
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 150)
public class OuterNothingInterceptor {

    /** Proceeds. */
    @AroundInvoke
    Object aroundInvoke(InvocationContext call) throws Exception {
        return call.proceed();
    }
}
