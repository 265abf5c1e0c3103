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
 * The interceptor outside the transaction of {@code @Transactional}. It notes whether the call begins the transaction,
 * and runs it again if the plan says so. No interceptor can be outside the container-managed transaction of an
 * enterprise bean; there it notes nothing.
 */
@Interceptor
@AdvisoryLock
@Priority(OuterInterceptor.PRIORITY)
public class OuterInterceptor implements Serializable {

    static final int PRIORITY = Interceptor.Priority.PLATFORM_BEFORE + 150;

    private static final long serialVersionUID = 1;

    // The container injects a client proxy, which is serializable.
    @Inject
    @SuppressWarnings("serial")
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
