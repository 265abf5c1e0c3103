package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InterceptorBinding;
import jakarta.interceptor.InvocationContext;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Which interceptors Weld skips while another method of the same instance runs. This is why 0028 and 0029 refuse and
 * 0503 warns. If this test fails, Weld has changed, and these messages may change too.
 */
class VisibilityIT {

    private static final AtomicInteger INTERCEPTED = new AtomicInteger();

    /** Counted. */
    @InterceptorBinding
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.TYPE, ElementType.METHOD})
    public @interface Counted {}

    /** Counts. */
    @Counted
    @Interceptor
    @Priority(1)
    public static class Counting {
        @AroundInvoke
        Object count(InvocationContext call) throws Exception {
            INTERCEPTED.incrementAndGet();
            return call.proceed();
        }
    }

    /** A type that only this package sees. */
    static class PackagePrivateType {}

    /** Called directly. */
    @Dependent
    public static class Direct {
        public void plain(Runnable inside) {
            inside.run();
        }

        @Counted
        public void counted(Runnable inside) {
            inside.run();
        }
    }

    /** Called through a client proxy. */
    @ApplicationScoped
    public static class Proxied extends Direct {
        @Counted
        void ofThePackage(Runnable inside) {
            inside.run();
        }

        @Counted
        public PackagePrivateType hidden() {
            return new PackagePrivateType();
        }
    }

    private SeContainer container;

    @BeforeEach
    void start() {
        container = SeContainerInitializer.newInstance()
                .disableDiscovery()
                .addBeanClasses(Counting.class, Direct.class, Proxied.class)
                .initialize();
    }

    @AfterEach
    void stop() {
        container.close();
    }

    private static int intercepted(Runnable calls) {
        INTERCEPTED.set(0);
        calls.run();
        return INTERCEPTED.get();
    }

    @Test
    void thoseOfABeanWithoutANormalScope() {
        Direct bean = container.select(Direct.class).stream()
                .filter(any -> !(any instanceof Proxied))
                .findAny()
                .orElseThrow();
        assertThat(intercepted(() -> bean.plain(() -> bean.counted(() -> {})))).isZero();
        assertThat(intercepted(() -> bean.counted(() -> bean.counted(() -> {}))))
                .isEqualTo(1);
        assertThat(intercepted(() -> bean.counted(() -> {}))).isEqualTo(1);
    }

    @Test
    void thoseOfMethodsThatAClientProxyCallsByReflection() {
        Proxied bean = container.select(Proxied.class).get();
        assertThat(intercepted(() -> bean.plain(() -> bean.ofThePackage(() -> {}))))
                .isZero();
        assertThat(intercepted(() -> bean.ofThePackage(() -> bean.ofThePackage(() -> {}))))
                .isEqualTo(1);
        assertThat(intercepted(() -> bean.plain(bean::hidden))).isZero();
        assertThat(intercepted(() -> bean.plain(() -> bean.counted(() -> {})))).isEqualTo(1);
    }
}
