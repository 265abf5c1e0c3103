package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InterceptorBinding;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.Transactional;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyResolver;
import org.advisorylock.LockRequest;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When the interceptor is called, and how often. */
@Locking
class InterceptorOrderTest extends ContractTest {

    private static final List<String> STEPS = new CopyOnWriteArrayList<>();

    /** Calls the two watching interceptors. */
    @InterceptorBinding
    @Target({ElementType.TYPE, ElementType.METHOD})
    @Retention(RetentionPolicy.RUNTIME)
    public @interface Watched {}

    /** Sees the transaction and no lock. */
    @Watched
    @Interceptor
    @Priority(AdvisoryLock.PRIORITY - 1)
    public static class Before {
        @Inject
        Database database;

        @AroundInvoke
        @Nullable
        Object watch(InvocationContext call) throws Exception {
            STEPS.add("before: " + inTransaction(database) + " " + database.heldKeys());
            return call.proceed();
        }
    }

    /** Sees the transaction and the lock. */
    @Watched
    @Interceptor
    @Priority(AdvisoryLock.PRIORITY + 1)
    public static class After {
        @Inject
        Database database;

        @AroundInvoke
        @Nullable
        Object watch(InvocationContext call) throws Exception {
            STEPS.add("after: " + inTransaction(database) + " " + database.heldKeys());
            return call.proceed();
        }
    }

    /** Counts its calls. */
    @ApplicationScoped
    public static class OrderResolver implements KeyResolver {
        @Override
        public LockRequest resolve(InvocationContext call) {
            STEPS.add("keys");
            return LockRequest.of(AdvisoryLockKey.of(77));
        }
    }

    /** The bean under test. */
    @ApplicationScoped
    public static class OrderedService {
        /** Begins the transaction. */
        @Watched
        @Transactional
        @AdvisoryLock(keyResolver = OrderResolver.class)
        public void run() {
            STEPS.add("method");
        }
    }

    @Inject
    OrderedService service;

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(InterceptorOrderTest.class);
    }

    /** Two connections in one transaction are one session: the second one sees a temporary setting of the first. */
    private static String inTransaction(Database database) {
        database.queryInside("SELECT pg_catalog.set_config('tck.step', 'seen', true)");
        String seen = database.queryInside("SELECT pg_catalog.current_setting('tck.step', true)");
        return seen.equals("seen") ? "in a transaction" : "in none";
    }

    @Override
    protected void prepare() {
        STEPS.clear();
    }

    @Test
    @Assertion({"INT-06", "INT-07"})
    void theLockIsTakenOnceInsideTheTransaction() {
        service.run();
        assertThat(STEPS)
                .containsExactly("before: in a transaction []", "keys", "after: in a transaction [77]", "method");
    }
}
