package org.advisorylock.impl.cdi;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The interceptor outside the transaction. After the return of a call, a transaction that it has begun and left running
 * no longer belongs to its thread.
 */
@Interceptor
@MayGoOn
@Priority(OuterInterceptor.PRIORITY)
public class MayGoOnInterceptor implements Serializable {

    private static final long serialVersionUID = 1;

    // The container injects a client proxy, which is serializable.
    @Inject
    @SuppressWarnings("serial")
    LockBeans locks;

    /** Business methods. */
    @AroundInvoke
    @Nullable
    Object aroundInvoke(InvocationContext call) throws Exception {
        // An application that takes no locks must not depend on their settings, so it is not asked before one does.
        Object before = LockBeans.isAssembled() ? locks.transactionsOfThread() : null;
        try {
            return call.proceed();
        } finally {
            if (LockBeans.isAssembled()) {
                locks.detachSince(before);
            }
        }
    }
}
