package org.advisorylock;

import jakarta.interceptor.InvocationContext;

/**
 * Computes the keys of a call if templates cannot. An implementation is a CDI bean that
 * {@link AdvisoryLock#keyResolver} names by its class. Every thread that calls such a method calls it, so a bean of a
 * shared scope must be safe for use by several threads.
 */
@FunctionalInterface
public interface KeyResolver {
    /**
     * The keys that a call must hold. It is called inside the transaction, before the lock is taken.
     *
     * @param call the call, with its method and its parameters; do not {@linkplain InvocationContext#proceed proceed}
     * @return the keys, in any order. Mode and permits are the annotation's, so a request that is
     *     {@linkplain LockRequest#shared shared}, has {@linkplain LockRequest#permits permits} or an
     *     {@linkplain LockRequest#inOrder order of its own} throws {@link LockKeyException}
     * @throws LockKeyException if the arguments give no key; any other unchecked exception reaches the caller as it is
     */
    LockRequest resolve(InvocationContext call);
}
