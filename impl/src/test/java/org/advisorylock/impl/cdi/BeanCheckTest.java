package org.advisorylock.impl.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Stereotype;
import jakarta.enterprise.inject.spi.InterceptionFactory;
import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.KeyHash;
import org.advisorylock.KeyResolver;
import org.advisorylock.LockKey;
import org.advisorylock.OnTimeout;
import org.junit.jupiter.api.Test;

@SuppressWarnings({"unused", "NullAway"})
class BeanCheckTest {

    private static final Settings DEFAULTS = property -> Optional.empty();

    @Stereotype
    @AdvisoryLock("from-stereotype")
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    @interface Careful {}

    @InterceptorBinding
    @AdvisoryLock("from-binding")
    @Retention(RetentionPolicy.RUNTIME)
    @Target({ElementType.TYPE, ElementType.METHOD})
    @interface Alone {}

    private static void assertFine(Class<?> bean) {
        BeanCheck check = new BeanCheck(bean, DEFAULTS);
        assertThat(check.problems()).isEmpty();
        assertThat(check.isLocked()).isTrue();
    }

    private static void assertRefused(Class<?> bean, String... taught) {
        assertThat(new BeanCheck(bean, DEFAULTS).problems())
                .singleElement()
                .asString()
                .contains(taught);
    }

    @AdvisoryLock("job:{0}")
    static class OnClass {
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

    static class Inheriting extends OnClass {
        @Override
        void another() {}

        void more(long job) {}
    }

    @Careful
    static class ByStereotype {
        void run() {}
    }

    static class ByBinding {
        @Alone
        void run() {}
    }

    @Test
    void acceptsWhatIsIntercepted() {
        assertFine(OnClass.class);
        assertFine(ByStereotype.class);
        assertFine(ByBinding.class);
    }

    @Test
    void checksEveryMethodOfAClass() {
        // another() has no parameter 0 for the template that it now inherits from the class.
        assertRefused(Inheriting.class, "ADVLOCK-0003", "another()");
    }

    static class Private {
        @AdvisoryLock("a")
        private void run() {}
    }

    static class Static {
        @AdvisoryLock("a")
        static void run() {}
    }

    interface Contract {
        @AdvisoryLock("a")
        void run();
    }

    static class Implementing implements Contract {
        @Override
        public void run() {}
    }

    static class Repeating implements Contract {
        @Override
        @AdvisoryLock("a")
        public void run() {}
    }

    static class Base {
        @AdvisoryLock("a")
        void run() {}
    }

    static class Forgetting extends Base {
        @Override
        void run() {}
    }

    static class Keeping extends Base {
        void other() {}
    }

    static class Producer {
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
        assertRefused(Implementing.class, "ADVLOCK-0011", "Contract.run()", "interface");
        assertRefused(Forgetting.class, "ADVLOCK-0011", "Base.run()", "repeat");
        assertRefused(Producer.class, "ADVLOCK-0011", "Keeping", "Producer.make");
        assertRefused(Marked.class, "ADVLOCK-0013", "Marked.run(long)");
        assertFine(Repeating.class);
        assertFine(Keeping.class);
        assertThat(new BeanCheck(GoodProducer.class, DEFAULTS).problems()).isEmpty();
    }

    static class Visible {
        @AdvisoryLock("a")
        public void seen() {}

        @AdvisoryLock("a")
        void hidden() {}
    }

    @Test
    void warnsOfMethodsThatAreNotPublic() {
        assertThat(new BeanCheck(Visible.class, DEFAULTS).warnings())
                .singleElement()
                .asString()
                .contains("ADVLOCK-0503", "hidden()");
    }

    static class NoKey {
        @AdvisoryLock
        void run() {}
    }

    static class Both {
        @AdvisoryLock(value = "a", keyResolver = Resolver.class)
        void run() {}
    }

    interface Resolver extends KeyResolver {}

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

    static class Fine {
        @AdvisoryLock(value = "a", onTimeout = OnTimeout.SKIP, accessTimeout = AdvisoryLock.IMMEDIATE)
        Optional<String> skip() {
            return Optional.of("");
        }

        @AdvisoryLock(keyResolver = Resolver.class)
        void resolve() {}

        @AdvisoryLock(value = "1,2", hash = KeyHash.NONE, accessTimeout = 24, unit = TimeUnit.DAYS)
        void pair() {}
    }

    @Test
    void refusesMembersThatContradict() {
        assertRefused(NoKey.class, "ADVLOCK-0001", "NoKey.run()");
        assertRefused(Both.class, "ADVLOCK-0010");
        assertRefused(Skipping.class, "ADVLOCK-0008", "UNLIMITED");
        assertRefused(SkippingAsync.class, "ADVLOCK-0008", "CompletionStage");
        assertRefused(Negative.class, "ADVLOCK-0009", "-2");
        assertRefused(TooLong.class, "ADVLOCK-0009", "2147483647");
        assertRefused(NotANumber.class, "ADVLOCK-0020");
        assertFine(Fine.class);
    }
}
