package org.advisorylock.tck.weld;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import org.advisorylock.LockMonitor;
import org.advisorylock.TransactionLocks;

/** Beans that say yes to everything and lock nothing, and no interceptor: with these every test of the TCK must fail. */
@ApplicationScoped
public class NoImplementation {

    private static final InvocationHandler YES = (proxy, method, arguments) -> {
        if (method.getReturnType() == boolean.class) {
            return true;
        }
        if (method.getReturnType() == TransactionLocks.class) {
            return proxy;
        }
        return method.getReturnType() == List.class ? List.of() : null;
    };

    @Produces
    @ApplicationScoped
    TransactionLocks transactionLocks() {
        return proxy(TransactionLocks.class);
    }

    @Produces
    @ApplicationScoped
    LockMonitor lockMonitor() {
        return proxy(LockMonitor.class);
    }

    private static <T> T proxy(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, YES));
    }
}
