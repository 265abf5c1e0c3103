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

/**
 * Outside the transaction of {@code @Transactional}: notes whether the call begins it, and runs it again where the plan says so.
 * Around an enterprise bean's container-managed transaction the container lets nobody stand; there it notes nothing.
 */
@Interceptor
@AdvisoryLock
@Priority(OuterInterceptor.PRIORITY)
public class OuterInterceptor implements Serializable {

    static final int PRIORITY = Interceptor.Priority.PLATFORM_BEFORE + 150;

    private static final long serialVersionUID = 1;

    @Inject
    LockBeans locks;

    /** Business methods. */
    @AroundInvoke
    @Nullable
    Object aroundInvoke(InvocationContext call) throws Exception {
        return locks.around(call);
    }

    /** Timeout methods. */
    @AroundTimeout
    @Nullable
    Object aroundTimeout(InvocationContext call) throws Exception {
        return locks.around(call);
    }
}
