package org.advisorylock;

import jakarta.interceptor.InvocationContext;
import java.util.Collection;

/**
 * Computes the keys of a call where templates do not suffice. An implementation is a CDI bean that
 * {@link AdvisoryLock#keyResolver} names by its class; it is called by every thread that calls such a method, so a bean
 * of a shared scope must be safe for use by several threads.
 */
@FunctionalInterface
public interface KeyResolver {
    /**
     * The keys that a call must hold. It is called inside the transaction, before the lock is taken.
     *
     * @param call the call, with its method and its parameters; not to be {@linkplain InvocationContext#proceed
     *     proceeded}
     * @return the keys, at least one, in any order
     * @throws LockKeyException if the arguments give no key; any other unchecked exception reaches the caller as it is
     */
    Collection<AdvisoryLockKey> resolve(InvocationContext call);
}
