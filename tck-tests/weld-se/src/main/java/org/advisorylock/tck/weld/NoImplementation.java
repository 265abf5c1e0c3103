package org.advisorylock.tck.weld;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import org.advisorylock.LeaderElection;
import org.advisorylock.LeadershipListener;
import org.advisorylock.LockHandle;
import org.advisorylock.LockMonitor;
import org.advisorylock.SessionLocks;
import org.advisorylock.TransactionLocks;
import org.jspecify.annotations.Nullable;

/**
 * Beans that say yes to everything and lock nothing, and no interceptor: with these every test of the TCK must fail.
 */
@ApplicationScoped
public class NoImplementation {

    @Produces
    @ApplicationScoped
    TransactionLocks transactionLocks() {
        return yes(TransactionLocks.class);
    }

    @Produces
    @ApplicationScoped
    SessionLocks sessionLocks() {
        return yes(SessionLocks.class);
    }

    @Produces
    @ApplicationScoped
    LeaderElection leaderElection() {
        return yes(LeaderElection.class);
    }

    @Produces
    @ApplicationScoped
    LockMonitor lockMonitor() {
        return yes(LockMonitor.class);
    }

    private static <T> T yes(Class<T> type) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (arguments != null && arguments[arguments.length - 1] instanceof LeadershipListener listener) {
                        listener.elected(1);
                    }
                    return answer(method.getReturnType());
                }));
    }

    private static @Nullable Object answer(Class<?> type) {
        if (type == boolean.class) {
            return true;
        }
        if (type == long.class) {
            return 1L;
        }
        if (type == List.class) {
            return List.of();
        }
        if (type == Optional.class) {
            return Optional.of(yes(LockHandle.class));
        }
        return type.isInterface() ? yes(type) : null;
    }
}
