package org.advisorylock.impl.plan;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.ejb.PrePassivate;
import jakarta.ejb.SessionSynchronization;
import jakarta.ejb.Stateful;
import jakarta.ejb.Stateless;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Stereotype;
import jakarta.enterprise.inject.spi.InterceptionFactory;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.InterceptorBinding;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import kotlin.coroutines.Continuation;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.KeyHash;
import org.advisorylock.KeyResolver;
import org.advisorylock.LockKey;
import org.advisorylock.LockScope;
import org.advisorylock.OnTimeout;
import org.eclipse.microprofile.faulttolerance.Asynchronous;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;

@SuppressWarnings({"unused", "NullAway"})
class BeanCheckTest {

    private static BeanCheck check(Class<?> bean) {
        return check(bean, BeanKind.ALWAYS_INTERCEPTED);
    }

    private static BeanCheck check(Class<?> bean, BeanKind kind) {
        return new BeanCheck(bean, kind, new CheckContext(() -> property -> Optional.empty(), Annotations::declared));
    }

    @Stereotype
    @AdvisoryLock("from-stereotype")
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    @interface Careful {}

    @InterceptorBinding
    @AdvisoryLock("from-binding")
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.TYPE, ElementType.METHOD})
    @interface Exclusive {}

    private static void assertFine(Class<?> bean) {
        BeanCheck check = check(bean);
        assertThat(check.problems()).isEmpty();
        assertThat(check.isLocked()).isTrue();
    }

    private static void assertRefused(Class<?> bean, String... taught) {
        assertThat(check(bean).problems()).singleElement().asString().contains(taught);
    }

    @AdvisoryLock("job:{0}")
    static class LockedClass {
        @PostConstruct
        void start() {}

        void run(long job) {}

        private void help() {}

        @AdvisoryLock("other")
        void another() {}

        @Override
        public String toString() {
            return "";
        }
    }

    static class InheritingBean extends LockedClass {
        @Override
        void another() {}

        void more(long job) {}
    }

    @Careful
    static class StereotypedBean {
        void run() {}
    }

    static class BoundBean {
        @Exclusive
        void run() {}
    }

    @Test
    void acceptsWhatIsIntercepted() {
        assertFine(LockedClass.class);
        assertFine(StereotypedBean.class);
        assertFine(BoundBean.class);
    }

    @Test
    void checksEveryMethodOfAClass() {
        // another() has no parameter 0 for the template that it now inherits from the class.
        assertRefused(InheritingBean.class, "ADVLOCK-0003", "another()");
    }

    static class Private {
        @AdvisoryLock("a")
        private void run() {}
    }

    static class Static {
        @AdvisoryLock("a")
        static void run() {}
    }

    interface LockedContract {
        @AdvisoryLock("a")
        void run();
    }

    static class Implementing implements LockedContract {
        @Override
        public void run() {}
    }

    static class Repeating implements LockedContract {
        @Override
        @AdvisoryLock("a")
        public void run() {}
    }

    static class BaseBean {
        @AdvisoryLock("a")
        void run() {}
    }

    static class Forgetting extends BaseBean {
        @Override
        void run() {}
    }

    static class Keeping extends BaseBean {
        void other() {}
    }

    static class ProducerBean {
        @Produces
        Keeping make() {
            return new Keeping();
        }
    }

    static class GoodProducer {
        @Produces
        Keeping make(InterceptionFactory<Keeping> factory) {
            return factory.createInterceptedInstance(new Keeping());
        }
    }

    static class Marked {
        void run(@LockKey long id) {}
    }

    @Test
    void refusesWhatIsNotIntercepted() {
        assertRefused(Private.class, "ADVLOCK-0011", "Private.run()", "private");
        assertRefused(Static.class, "ADVLOCK-0011", "Static.run()", "static");
        assertRefused(Implementing.class, "ADVLOCK-0011", "LockedContract.run()", "interface");
        assertRefused(Forgetting.class, "ADVLOCK-0011", "BaseBean.run()", "repeat");
        assertRefused(ProducerBean.class, "ADVLOCK-0011", "Keeping", "ProducerBean.make");
        assertRefused(Marked.class, "ADVLOCK-0013", "Marked.run(long)");
        assertFine(Repeating.class);
        assertFine(Keeping.class);
        assertThat(check(GoodProducer.class).problems()).isEmpty();
    }

    @AdvisoryLock("a")
    static class Visible {
        public void seen() {}

        void hidden() {}

        private void inside() {}
    }

    @Test
    void warnsOfMethodsThatAreNotPublicWhereTheClassHasTheAnnotation() {
        BeanCheck check = check(Visible.class, BeanKind.PROXIED);
        assertThat(check.warnings()).singleElement().asString().contains("ADVLOCK-0503", "(hidden)");
        assertThat(check.problems()).isEmpty();
    }

    static class KeylessBean {
        @AdvisoryLock
        void run() {}
    }

    static class Both {
        @AdvisoryLock(value = "a", keyResolver = SomeResolver.class)
        void run() {}
    }

    interface SomeResolver extends KeyResolver {}

    static class Skipping {
        @AdvisoryLock(value = "a", accessTimeout = AdvisoryLock.UNLIMITED, onTimeout = OnTimeout.SKIP)
        void run() {}
    }

    static class SkippingAsync {
        @AdvisoryLock(value = "a", onTimeout = OnTimeout.SKIP)
        CompletionStage<String> run() {
            return null;
        }
    }

    static class SkippingNumber {
        @AdvisoryLock(value = "a", onTimeout = OnTimeout.SKIP)
        long run() {
            return 1;
        }
    }

    static class SkippingLetter {
        @AdvisoryLock(value = "a", onTimeout = OnTimeout.SKIP)
        char run() {
            return 'a';
        }
    }

    static class Negative {
        @AdvisoryLock(value = "a", accessTimeout = -2)
        void run() {}
    }

    static class TooLong {
        @AdvisoryLock(value = "a", accessTimeout = Long.MAX_VALUE, unit = TimeUnit.DAYS)
        void run() {}
    }

    static class NotANumber {
        @AdvisoryLock(value = "a", hash = KeyHash.NONE)
        void run() {}
    }

    static class FineBean {
        @AdvisoryLock(value = "a", onTimeout = OnTimeout.SKIP, accessTimeout = AdvisoryLock.IMMEDIATE)
        Optional<String> skip() {
            return Optional.of("");
        }

        @AdvisoryLock(keyResolver = SomeResolver.class)
        void resolve() {}

        @AdvisoryLock(value = "1,2", hash = KeyHash.NONE, accessTimeout = 24, unit = TimeUnit.DAYS)
        void pair() {}
    }

    @Test
    void refusesMembersThatContradict() {
        assertRefused(KeylessBean.class, "ADVLOCK-0001", "KeylessBean.run()");
        assertRefused(Both.class, "ADVLOCK-0010");
        assertRefused(Skipping.class, "ADVLOCK-0008", "UNLIMITED");
        assertRefused(SkippingAsync.class, "ADVLOCK-0008", "CompletionStage");
        assertRefused(SkippingNumber.class, "ADVLOCK-0008", "long 0");
        assertRefused(SkippingLetter.class, "ADVLOCK-0008", "char 0");
        assertRefused(Negative.class, "ADVLOCK-0009", "-2");
        assertRefused(TooLong.class, "ADVLOCK-0009", "2147483647");
        assertRefused(NotANumber.class, "ADVLOCK-0020");
        assertFine(FineBean.class);
    }

    private static void assertRefused(BeanKind kind, Class<?> bean, String... taught) {
        assertThat(check(bean, kind).problems()).singleElement().asString().contains(taught);
    }

    private static void assertFine(BeanKind kind, Class<?> bean) {
        assertThat(check(bean, kind).problems()).isEmpty();
    }

    static class Beside {
        @AdvisoryLock("a")
        public void locked() {}

        public void other() {}
    }

    static class Twice {
        @AdvisoryLock("a")
        public void one() {}

        @AdvisoryLock("a")
        public void two() {}
    }

    static class Only {
        Only() {}

        @AdvisoryLock("a")
        public void locked() {}

        @PostConstruct
        void start() {}

        @Inject
        void initialize(Settings any) {}

        private void help() {}

        static void make() {}

        @Override
        public String toString() {
            return "";
        }
    }

    static class Observing {
        @AdvisoryLock("a")
        void observe(@Observes String event) {}

        @Produces
        @AdvisoryLock("a")
        String produce() {
            return "";
        }

        public void other() {}
    }

    @Path("a")
    static class Resource {
        @AdvisoryLock("a")
        public void post() {}

        public void get() {}
    }

    @Path("b")
    static class ResourceOfTwo {
        @AdvisoryLock("a")
        public void post() {}

        @Transactional
        public void get() {}
    }

    @Path("c")
    static class ResourceThatIntercepts {
        @AdvisoryLock("a")
        public void post() {}

        public void get() {}

        @AroundInvoke
        private Object around(InvocationContext call) throws Exception {
            return call.proceed();
        }
    }

    @Stateless
    static class Enterprise extends Beside {}

    @Test
    void knowsWhichMethodsMayRunBesideALockedOne() {
        for (BeanKind kind : List.of(BeanKind.DEPENDENT, BeanKind.SHARED)) {
            assertRefused(kind, Beside.class, "ADVLOCK-0028", "locked()", "other()");
            assertRefused(kind, Twice.class, "ADVLOCK-0028");
            assertRefused(kind, ResourceOfTwo.class, "ADVLOCK-0028", "get()");
            assertRefused(kind, ResourceThatIntercepts.class, "ADVLOCK-0028");
            assertFine(kind, Only.class);
            assertFine(kind, Resource.class);
        }
        assertFine(BeanKind.DEPENDENT, Observing.class);
        assertRefused(BeanKind.SHARED, Observing.class, "ADVLOCK-0028", "other()");
        assertFine(BeanKind.PROXIED, Beside.class);
        assertFine(BeanKind.ALWAYS_INTERCEPTED, Enterprise.class);
    }

    interface SlowPublisher extends Publisher<String> {}

    @Stereotype
    @Asynchronous
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    @interface InBackground {}

    @AdvisoryLock(value = "a", scope = LockScope.SESSION)
    static class LaterBean {
        public Future<String> future() {
            return null;
        }

        public ForkJoinTask<String> task() {
            return null;
        }

        public Flow.Publisher<String> flow() {
            return null;
        }

        public SlowPublisher subtype() {
            return null;
        }

        public Object suspending(String text, Continuation<? super String> next) {
            return null;
        }

        @Asynchronous
        public CompletionStage<String> elsewhere() {
            return null;
        }

        public CompletionStage<String> stage() {
            return null;
        }
    }

    @InBackground
    static class AllElsewhere {
        @AdvisoryLock("a")
        public CompletionStage<String> run() {
            return null;
        }
    }

    @Stateless
    static class InEjb {
        @AdvisoryLock("a")
        public CompletionStage<String> stage() {
            return null;
        }

        @jakarta.ejb.Asynchronous
        @AdvisoryLock("a")
        public Future<String> outside() {
            return null;
        }
    }

    @Test
    void refusesResultsThatComeLater() {
        assertThat(check(LaterBean.class).problems())
                .hasSize(6)
                .anyMatch(problem -> problem.contains("future()") && problem.contains("ADVLOCK-0026"))
                .anyMatch(problem -> problem.contains("task()") && problem.contains("ADVLOCK-0026"))
                .anyMatch(problem -> problem.contains("flow()") && problem.contains("ADVLOCK-0026"))
                .anyMatch(problem -> problem.contains("subtype()") && problem.contains("ADVLOCK-0026"))
                .anyMatch(problem -> problem.contains("suspending(") && problem.contains("ADVLOCK-0026"))
                .anyMatch(problem -> problem.contains("elsewhere()") && problem.contains("ADVLOCK-0027"));
        assertRefused(AllElsewhere.class, "ADVLOCK-0027");
        assertRefused(InEjb.class, "ADVLOCK-0026", "stage()");
    }

    static class Started {
        @PostConstruct
        @AdvisoryLock("a")
        public void start() {}
    }

    static class Stopped {
        @PreDestroy
        @AdvisoryLock("a")
        private void stop() {}
    }

    static class Injected {
        @Inject
        @AdvisoryLock("a")
        void set(Settings any) {}
    }

    static class InheritsStart extends Stopped {
        public void run() {}
    }

    @Stateful
    static class SynchronizedSession implements SessionSynchronization {
        @Override
        @AdvisoryLock("a")
        public void afterBegin() {}

        @Override
        public void beforeCompletion() {}

        @Override
        public void afterCompletion(boolean committed) {}
    }

    @Stateful
    static class Passive {
        @PrePassivate
        @AdvisoryLock("a")
        public void sleep() {}
    }

    @Test
    void refusesWhatTheContainerCallsItself() {
        assertRefused(Started.class, "ADVLOCK-0011", "@PostConstruct");
        assertRefused(Stopped.class, "ADVLOCK-0011", "@PreDestroy");
        assertRefused(InheritsStart.class, "ADVLOCK-0011", "@PreDestroy");
        assertRefused(Injected.class, "ADVLOCK-0011", "@Inject");
        assertRefused(SynchronizedSession.class, "ADVLOCK-0011", "SessionSynchronization");
        assertRefused(Passive.class, "ADVLOCK-0011", "@PrePassivate");
    }

    static class Missing {}

    static class RefersToWhatIsMissing {
        @Produces
        Missing make() {
            return new Missing();
        }
    }

    /** Loads one class again, and cannot find another one. */
    static final class Without extends ClassLoader {
        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.equals(Missing.class.getName())) {
                throw new ClassNotFoundException(name);
            }
            if (!name.equals(RefersToWhatIsMissing.class.getName())) {
                return super.loadClass(name, resolve);
            }
            try (InputStream file =
                    BeanCheckTest.class.getResourceAsStream("BeanCheckTest$RefersToWhatIsMissing.class")) {
                byte[] bytes = file.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    @Test
    void leavesClassesAloneThatCannotBeLookedAt() throws ClassNotFoundException {
        BeanCheck check = check(new Without().loadClass(RefersToWhatIsMissing.class.getName()));
        assertThat(check.problems()).isEmpty();
        assertThat(check.isLocked()).isFalse();
    }
}
