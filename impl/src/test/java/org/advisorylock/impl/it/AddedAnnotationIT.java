package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.InterceptionFactory;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.interceptor.InterceptorBinding;
import jakarta.transaction.Transactional;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.TransactionLocks;
import org.junit.jupiter.api.Test;

/** If a method has several annotations, the one that the container shows applies. */
class AddedAnnotationIT {

    /** Has an annotation of its own, which an extension replaces for one method. */
    @ApplicationScoped
    @AdvisoryLock("customer:{0}")
    @Transactional
    public static class AddedOrders {
        @Inject
        TransactionLocks locks;

        public String ship(long id) {
            return locks.isHeld("customer:" + id) + " " + locks.isHeld("order:" + id);
        }
    }

    /** Adds an annotation to that method. */
    public static class AddsToMethod implements Extension {
        private final AdvisoryLock added;

        AddsToMethod(AdvisoryLock added) {
            this.added = added;
        }

        void add(@Observes ProcessAnnotatedType<AddedOrders> type) {
            type.configureAnnotatedType()
                    .filterMethods(method -> method.getJavaMember().getName().equals("ship"))
                    .forEach(method -> method.add(added));
        }
    }

    @Test
    void whatAnExtensionPutsOnAMethodIsTheMethodsOwn() {
        try (Application application =
                Application.startWith(new AddsToMethod(AdvisoryLock.Literal.of("order:{0}")), AddedOrders.class)) {
            assertThat(application.get(AddedOrders.class).ship(7)).isEqualTo("false true");
        }
    }

    @Test
    void andIsCheckedAtDeployment() {
        assertThat(catchThrowable(() -> Application.startWith(
                        new AddsToMethod(AdvisoryLock.Literal.of("order:{no}")), AddedOrders.class)))
                .hasStackTraceContaining("ADVLOCK-0003")
                .hasStackTraceContaining("ship(long)")
                .hasStackTraceContaining("order:{no}");
    }

    /** No bean by itself. */
    public static class PlainDesk {
        /** The producer sets it. */
        TransactionLocks locks;

        /** The keys that are held. */
        public String keys() {
            return locks.isHeld("one") + " " + locks.isHeld("two");
        }
    }

    /** Makes two beans of one class, with a lock each. */
    @Dependent
    public static class Desks {
        @Produces
        @Named("one")
        PlainDesk one(InterceptionFactory<PlainDesk> factory, TransactionLocks locks) {
            return make("one", factory, locks);
        }

        @Produces
        @Named("two")
        PlainDesk two(InterceptionFactory<PlainDesk> factory, TransactionLocks locks) {
            return make("two", factory, locks);
        }

        private static PlainDesk make(String key, InterceptionFactory<PlainDesk> factory, TransactionLocks locks) {
            factory.configure()
                    .filterMethods(method -> method.getJavaMember().getName().equals("keys"))
                    .forEach(method -> method.add(AdvisoryLock.Literal.of(key)).add(new TransactionalLiteral()));
            PlainDesk desk = new PlainDesk();
            desk.locks = locks;
            return factory.createInterceptedInstance(desk);
        }
    }

    /** As on a method. */
    @SuppressWarnings({"serial", "BadAnnotationImplementation"})
    static final class TransactionalLiteral extends jakarta.enterprise.util.AnnotationLiteral<Transactional>
            implements Transactional {
        @Override
        public TxType value() {
            return TxType.REQUIRED;
        }

        @Override
        public Class<?>[] rollbackOn() {
            return new Class<?>[0];
        }

        @Override
        public Class<?>[] dontRollbackOn() {
            return new Class<?>[0];
        }
    }

    @Test
    void twoBeansOfOneClassHaveALockEach() {
        try (Application application = Application.of(Desks.class)) {
            for (int i = 0; i < 2; i++) {
                assertThat(application.named("one", PlainDesk.class).keys()).isEqualTo("true false");
                assertThat(application.named("two", PlainDesk.class).keys()).isEqualTo("false true");
            }
        }
    }

    /** Carries a lock. */
    @InterceptorBinding
    @AdvisoryLock("a:{0}")
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.TYPE, ElementType.METHOD})
    public @interface CarriesA {}

    /** Carries another. */
    @InterceptorBinding
    @AdvisoryLock("b:{0}")
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.TYPE, ElementType.METHOD})
    public @interface CarriesB {}

    /** Carries the same as the first. */
    @InterceptorBinding
    @AdvisoryLock("a:{0}")
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.TYPE, ElementType.METHOD})
    public @interface CarriesAToo {}

    /** Two that differ. */
    @ApplicationScoped
    public static class TwoAdded {
        @Transactional
        @CarriesA
        @CarriesB
        public void run(long id) {}
    }

    /** One of its own, and another one. */
    @ApplicationScoped
    public static class OwnAndCarried {
        @Transactional
        @AdvisoryLock("own:{0}")
        @CarriesA
        public void run(long id) {}
    }

    /** Two that are equal. */
    @ApplicationScoped
    public static class Equal {
        @Inject
        TransactionLocks locks;

        @Transactional
        @CarriesA
        @CarriesAToo
        public boolean run(long id) {
            return locks.isHeld("a:" + id);
        }
    }

    @Test
    void twoThatDifferAtOneLevelAreRefused() {
        assertThat(catchThrowable(() -> Application.of(TwoAdded.class)))
                .hasStackTraceContaining("ADVLOCK-0025")
                .hasStackTraceContaining("a:{0}")
                .hasStackTraceContaining("b:{0}");
        assertThat(catchThrowable(() -> Application.of(OwnAndCarried.class)))
                .hasStackTraceContaining("ADVLOCK-0025")
                .hasStackTraceContaining("own:{0}");
        try (Application application = Application.of(Equal.class)) {
            assertThat(application.get(Equal.class).run(1)).isTrue();
        }
    }
}
