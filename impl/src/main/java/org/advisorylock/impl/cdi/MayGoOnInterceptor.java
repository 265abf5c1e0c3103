package org.advisorylock.impl.cdi;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Outside the transaction: what a call has begun and left running does not belong to its thread any more when it returns. */
@Interceptor
@MayGoOn
@Priority(OuterInterceptor.PRIORITY)
public class MayGoOnInterceptor implements Serializable {

    private static final long serialVersionUID = 1;

    @Inject
    LockBeans locks;

    /** Business methods. */
    @AroundInvoke
    @Nullable
    Object aroundInvoke(InvocationContext call) throws Exception {
        return locks.goingOn(call);
    }
}
