package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServlet;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Future;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockScope;
import org.advisorylock.TransactionLocks;
import org.advisorylock.testbed.JtaStack;
import org.junit.jupiter.api.Test;

/** Beans whose locks a container would silently skip are not deployed. */
@SuppressWarnings("unused")
class RefusedBeansIT {

    private static final List<String> HELD = Collections.synchronizedList(new ArrayList<>());

    /** Two methods, one of which may run while the other is called. */
    @Dependent
    public static class TwoMethods {
        @Transactional
        public void all(Runnable each) {
            each.run();
        }

        @Transactional
        @AdvisoryLock("account:{0}")
        public void withdraw(long account) {}
    }

    /** The other method has no interceptor, but Weld skips the interceptors of this one all the same. */
    @Singleton
    public static class BesidePlain {
        public void all(Runnable each) {
            each.run();
        }

        @Transactional
        @AdvisoryLock("account:{0}")
        public void withdraw(long account) {}
    }

    /** The other method is inherited. */
    @Dependent
    public static class Inheriting extends Plain {
        @Transactional
        @AdvisoryLock("account:{0}")
        public void withdraw(long account) {}
    }

    /** With a method. */
    public static class Plain {
        public void all(Runnable each) {
            each.run();
        }
    }

    /** Nothing else can run on its instance. */
    @Dependent
    public static class OneMethod {
        @Inject
        TransactionLocks locks;

        @Inject
        void initialize(TransactionLocks any) {}

        @PostConstruct
        void start() {}

        @Transactional
        @AdvisoryLock("alone")
        public boolean run() {
            return locks.isHeld("alone");
        }

        private void help() {}
    }

    /** An event. */
    public record HappenedEvent() {}

    /** What the container calls with its interceptors. */
    @Dependent
    public static class Called {
        @Inject
        TransactionLocks locks;

        @Transactional
        @AdvisoryLock("observer")
        void observe(@Observes HappenedEvent event) {
            HELD.add("observer " + locks.isHeld("observer"));
        }

        @Produces
        @Transactional
        @AdvisoryLock("producer")
        Plain produce() {
            HELD.add("producer " + locks.isHeld("producer"));
            return new Plain();
        }

        @Transactional
        @AdvisoryLock("disposer")
        void dispose(@Disposes Plain plain) {
            HELD.add("disposer " + locks.isHeld("disposer"));
        }
    }

    /** Its client proxy calls it by reflection. */
    @ApplicationScoped
    public static class HiddenMethod {
        public void all(Runnable each) {
            each.run();
        }

        @Transactional
        @AdvisoryLock("account:{0}")
        void withdraw(long account) {}
    }

    /** A type that only this package sees. */
    static class PackageType {}

    /** The same, by a type. */
    @ApplicationScoped
    public static class TakesPackageType {
        public void all(Runnable each) {
            each.run();
        }

        @Transactional
        @AdvisoryLock("account:{0}")
        public void withdraw(long account, PackageType amount) {}
    }

    /** Its initializer is no business method. */
    @ApplicationScoped
    public static class Starting extends StartingBase {
        public void run() {}
    }

    /** In a superclass, and private. */
    public static class StartingBase {
        @PostConstruct
        @Transactional
        @AdvisoryLock("start")
        private void start() {}
    }

    /** Injection calls its method. */
    @ApplicationScoped
    public static class Initialized {
        @Inject
        @AdvisoryLock("init")
        public void set(TransactionLocks locks) {}
    }

    /** The servlet container makes it. */
    @ApplicationScoped
    public static class Page extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Transactional
        @AdvisoryLock("page")
        public void show() {}
    }

    /** Its result comes later. */
    @ApplicationScoped
    public static class FutureBean {
        @AdvisoryLock(value = "later", scope = LockScope.SESSION)
        public Future<String> run() {
            throw new AssertionError("deployed");
        }
    }

    /** Has a producer of itself. */
    public static class Made {
        @Produces
        static Made current() {
            return new Made();
        }

        @Produces
        static List<Made> all() {
            return List.of();
        }
    }

    private static void assertRefused(Class<?> bean, String... taught) {
        Throwable failure =
                catchThrowable(() -> Application.of(JtaStack.start(), bean).close());
        for (String text : taught) {
            assertThat(failure).as(bean.getSimpleName()).hasStackTraceContaining(text);
        }
    }

    @Test
    void withoutANormalScopeBesideAnotherMethod() {
        assertRefused(TwoMethods.class, "ADVLOCK-0028", "TwoMethods", "@ApplicationScoped");
        assertRefused(BesidePlain.class, "ADVLOCK-0028", "BesidePlain", "all(Runnable)");
        assertRefused(Inheriting.class, "ADVLOCK-0028", "Inheriting", "all(Runnable)");
    }

    @Test
    void butNotWhereNothingElseCanRun() {
        try (Application application = Application.of(OneMethod.class)) {
            assertThat(application.get(OneMethod.class).run()).isTrue();
        }
    }

    @Test
    void norWhatTheContainerCallsWithInterceptors() {
        HELD.clear();
        try (Application application = Application.of(Called.class)) {
            application.fire(new HappenedEvent());
            application.useOnce(Plain.class);
        }
        assertThat(HELD).containsExactly("observer true", "producer true", "disposer true");
    }

    @Test
    void withAMethodThatAClientProxyCallsByReflection() {
        assertRefused(HiddenMethod.class, "ADVLOCK-0029", "withdraw(long)", "public");
        assertRefused(TakesPackageType.class, "ADVLOCK-0029", "withdraw(long, PackageType)", "PackageType");
    }

    @Test
    void withAMethodThatTheContainerCallsPastItsInterceptors() {
        assertRefused(Starting.class, "ADVLOCK-0011", "start()", "PostConstruct");
        assertRefused(Initialized.class, "ADVLOCK-0011", "set(TransactionLocks)", "Inject");
    }

    @Test
    void whoseInstancesSomebodyElseMakes() {
        assertRefused(Page.class, "ADVLOCK-0030", "Page", "servlet");
    }

    @Test
    void whoseResultComesLater() {
        assertRefused(FutureBean.class, "ADVLOCK-0026", "Future");
    }

    @Test
    void butNeverOneWithoutTheAnnotation() {
        try (Application application = Application.of(Made.class)) {
            assertThat(application.get(TransactionLocks.class)).isNotNull();
            assertThat(AdvisoryLockKey.of("any", KeyHash.MD5)).isNotNull();
        }
    }
}
