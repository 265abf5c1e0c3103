package org.advisorylock.impl.cdi;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.AroundTimeout;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.io.Serializable;
import org.advisorylock.AdvisoryLock;
import org.jspecify.annotations.Nullable;

/** The interceptor inside the transaction: takes the lock of the plan, and proceeds. */
@Interceptor
@AdvisoryLock
@Priority(AdvisoryLock.PRIORITY)
public class AdvisoryLockInterceptor implements Serializable {

    private static final long serialVersionUID = 1;

    // The container injects a client proxy, which is serializable.
    @Inject
    @SuppressWarnings("serial")
    LockBeans locks;

    /** Business methods. */
    @AroundInvoke
    @Nullable
    Object aroundInvoke(InvocationContext call) throws Exception {
        return locks.inside(call);
    }

    /** Timeout methods of enterprise beans. The container does not call AroundInvoke for them. */
    @AroundTimeout
    @Nullable
    Object aroundTimeout(InvocationContext call) throws Exception {
        return locks.inside(call);
    }
}
