package org.advisorylock.impl.cdi;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.AroundTimeout;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.io.Serializable;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.impl.transaction.Hold;
import org.jspecify.annotations.Nullable;

/** Inside the transaction: finds the plan, takes the lock, proceeds. */
@Interceptor
@AdvisoryLock
@Priority(AdvisoryLock.PRIORITY)
public class AdvisoryLockInterceptor implements Serializable {

    private static final long serialVersionUID = 1;

    @Inject
    LockBeans locks;

    /** Business methods. */
    @AroundInvoke
    @Nullable
    Object aroundInvoke(InvocationContext call) throws Exception {
        return locked(call);
    }

    /** Timeout methods of enterprise beans, for which AroundInvoke is not called. */
    @AroundTimeout
    @Nullable
    Object aroundTimeout(InvocationContext call) throws Exception {
        return locked(call);
    }

    private @Nullable Object locked(InvocationContext call) throws Exception {
        LockPlan plan = locks.plan(call);
        if (plan.isForSession()) {
            return locks.inside(call);
        }
        Hold hold = locks.take(plan, call);
        return hold == null ? plan.skipped() : hold.during(call::proceed);
    }
}
