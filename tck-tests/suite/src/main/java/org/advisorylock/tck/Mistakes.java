package org.advisorylock.tck;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Stereotype;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.interceptor.InterceptorBinding;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.Transactional;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.KeyResolver;
import org.advisorylock.LockKey;
import org.advisorylock.LockRequest;
import org.advisorylock.LockScope;
import org.advisorylock.OnTimeout;

/** Beans with one mistake each, and one with none. */
final class Mistakes {

    private Mistakes() {}

    /** A parameter. */
    public record OrderParameter(long id) {}

    /** What is right. */
    @ApplicationScoped
    public static class None {
        /** Right. */
        @Transactional
        @AdvisoryLock(
                value = {"order:{order.id}", "{0.id}:{id}"},
                retries = 1)
        public void ship(OrderParameter order, long id) {
            // Deployed, never called.
        }
    }

    /** Its template does not end. */
    @ApplicationScoped
    public static class OpenPlace {
        /** Wrong. */
        @AdvisoryLock("order:{id")
        public void ship(long id) {
            // Not deployed.
        }
    }

    /** No such parameter. */
    @ApplicationScoped
    public static class UnknownParameter {
        /** Wrong. */
        @AdvisoryLock("order:{no}")
        public void ship(long id) {
            // Not deployed.
        }
    }

    /** No such index. */
    @ApplicationScoped
    public static class UnknownIndex {
        /** Wrong. */
        @AdvisoryLock("order:{1}")
        public void ship(long id) {
            // Not deployed.
        }
    }

    /** No such property. */
    @ApplicationScoped
    public static class UnknownProperty {
        /** Wrong. */
        @AdvisoryLock("order:{order.no}")
        public void ship(OrderParameter order) {
            // Not deployed.
        }
    }

    /** Two places side by side. */
    @ApplicationScoped
    public static class PlacesNotParted {
        /** Wrong. */
        @AdvisoryLock("{a}{b}")
        public void ship(long a, long b) {
            // Not deployed.
        }
    }

    /** A text that should be a number, but never is. */
    @ApplicationScoped
    public static class NoStableText {
        /** Wrong. */
        @AdvisoryLock("order:{order}")
        public void ship(OrderParameter order) {
            // Not deployed.
        }
    }

    /** A number that is equal to others which print differently. */
    @ApplicationScoped
    public static class FloatingPoint {
        /** Wrong. */
        @AdvisoryLock("order:{ratio}")
        public void ship(double ratio) {
            // Not deployed.
        }
    }

    /** A text that is to be a number, and never is one. */
    @ApplicationScoped
    public static class NeverANumber {
        /** Wrong. */
        @AdvisoryLock(value = "order:{id}", hash = KeyHash.NONE)
        public void ship(long id) {
            // Not deployed.
        }
    }

    /** No key. */
    @ApplicationScoped
    public static class NoKey {
        /** Wrong. */
        @AdvisoryLock
        public void ship(long id) {
            // Not deployed.
        }
    }

    /** Templates and a resolver. */
    @ApplicationScoped
    public static class TwoSources implements KeyResolver {
        /** Wrong. */
        @AdvisoryLock(value = "order:{id}", keyResolver = TwoSources.class)
        public void ship(long id) {
            // Not deployed.
        }

        @Override
        public LockRequest resolve(InvocationContext call) {
            return LockRequest.of("order");
        }
    }

    /** A part of a key, and no key. */
    @ApplicationScoped
    public static class LockKeyAlone {
        /** Wrong. */
        public void ship(@LockKey long id) {
            // Not deployed.
        }
    }

    /** Skips after a wait that does not end. */
    @ApplicationScoped
    public static class EndlessSkip {
        /** Wrong. */
        @AdvisoryLock(value = "job", accessTimeout = AdvisoryLock.UNLIMITED, onTimeout = OnTimeout.SKIP)
        public void run() {
            // Not deployed.
        }
    }

    /** If it is skipped, its caller gets null to wait for. */
    @ApplicationScoped
    public static class SkippedFuture {
        /** Wrong. */
        @AdvisoryLock(value = "job", onTimeout = OnTimeout.SKIP)
        public Future<Long> run() {
            return CompletableFuture.completedFuture(1L);
        }
    }

    /** If it is skipped, its caller gets a zero that looks like an answer. */
    @ApplicationScoped
    public static class SkippedNumber {
        /** Wrong. */
        @AdvisoryLock(value = "job", onTimeout = OnTimeout.SKIP)
        public int run() {
            return 1;
        }
    }

    /** A character is a number, too. */
    @ApplicationScoped
    public static class SkippedLetter {
        /** Wrong. */
        @AdvisoryLock(value = "job", onTimeout = OnTimeout.SKIP)
        public char run() {
            return 'a';
        }
    }

    /** A time before now. */
    @ApplicationScoped
    public static class NegativeTimeout {
        /** Wrong. */
        @AdvisoryLock(value = "job", accessTimeout = -2)
        public void run() {
            // Not deployed.
        }
    }

    /** No transaction of its own to run again. */
    @ApplicationScoped
    public static class RetriesWithoutTransaction {
        /** Wrong. */
        @AdvisoryLock(value = "job", retries = 1)
        public void run() {
            // Not deployed.
        }
    }

    /** Fewer than no retries. */
    @ApplicationScoped
    public static class NegativeRetries {
        /** Wrong. */
        @Transactional
        @AdvisoryLock(value = "job", retries = -1)
        public void run() {
            // Not deployed.
        }
    }

    /** No interceptor is called for a private method. */
    @ApplicationScoped
    public static class OnPrivate {
        /** Calls it. */
        public void run() {
            ship();
        }

        @AdvisoryLock("job")
        private void ship() {
            // Not deployed.
        }
    }

    /** Nor for one of the class. */
    @ApplicationScoped
    public static class OnStatic {
        /** Wrong. */
        @AdvisoryLock("job")
        public static void run() {
            // Not deployed.
        }
    }

    /** A bean does not inherit annotations from an interface. */
    public interface Contract {
        /** Wrong. */
        @AdvisoryLock("job")
        void run();
    }

    /** Implements it. */
    @ApplicationScoped
    public static class OnInterface implements Contract {
        @Override
        public void run() {
            // Not deployed.
        }
    }

    /** Has the annotation. */
    public static class Base {
        /** Right. */
        @AdvisoryLock("job")
        public void run() {
            // Not deployed.
        }
    }

    /** Has it no more. */
    @ApplicationScoped
    public static class Overriding extends Base {
        @Override
        public void run() {
            // Not deployed.
        }
    }

    /** Makes instances that have no interceptors. */
    @Dependent
    public static class Producer {
        @Produces
        Base base() {
            return new Base();
        }
    }

    /** A bean whose locked method is called while another of its methods runs. */
    public interface Nesting {
        /**
         * Calls the locked method with 7.
         *
         * @param self the bean, as the container gives it
         * @return the keys that are held in the locked method
         */
        List<AdvisoryLockKey> nest(Nesting self);
    }

    /**
     * Sees whether such a bean is locked, where the container may call its interceptors and so need not refuse it. What
     * it has seen is a system property, because the test runs as a client.
     */
    @ApplicationScoped
    public static class Witness {
        static final String SEEN = "org.advisorylock.tck.seen";

        @Inject
        Instance<Nesting> beans;

        void see(@Observes Startup event) {
            Nesting bean = beans.get();
            System.setProperty(SEEN, bean.nest(bean).toString());
        }
    }

    /** Another method may run on its instance while this one is called. */
    @Dependent
    public static class WithoutScope implements Nesting {
        @Inject
        Database database;

        @Override
        public List<AdvisoryLockKey> nest(Nesting self) {
            return ((WithoutScope) self).run(7);
        }

        /** Wrong. */
        @Transactional
        @AdvisoryLock("job:{id}")
        public List<AdvisoryLockKey> run(long id) {
            return database.heldKeys();
        }
    }

    /** A stereotype makes a class a bean, which {@code Singleton} alone does not. */
    @Stereotype
    @Singleton
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.RUNTIME)
    public @interface SharedBinding {}

    /** The same, on one instance for all. */
    @SharedBinding
    @Transactional
    public static class SharedWithoutScope implements Nesting {
        @Inject
        Database database;

        @Override
        public List<AdvisoryLockKey> nest(Nesting self) {
            return ((SharedWithoutScope) self).run(7);
        }

        /** Wrong. */
        @AdvisoryLock("job:{id}")
        public List<AdvisoryLockKey> run(long id) {
            return database.heldKeys();
        }
    }

    /** Called by reflection. */
    @ApplicationScoped
    public static class NotPublic implements Nesting {
        @Inject
        Database database;

        @Override
        public List<AdvisoryLockKey> nest(Nesting self) {
            return ((NotPublic) self).run(7);
        }

        /** Wrong. */
        @Transactional
        @AdvisoryLock("job:{id}")
        List<AdvisoryLockKey> run(long id) {
            return database.heldKeys();
        }
    }

    /** Called by reflection, too. */
    @ApplicationScoped
    public static class HiddenType implements Nesting {
        @Inject
        Database database;

        @Override
        public List<AdvisoryLockKey> nest(Nesting self) {
            return ((HiddenType) self).run(7, new Hidden());
        }

        /** Wrong. */
        @Transactional
        @AdvisoryLock("job:{id}")
        public List<AdvisoryLockKey> run(long id, Hidden hidden) {
            return database.heldKeys();
        }
    }

    /** What only this package sees. */
    static class Hidden {}

    /** Its result comes later. */
    @ApplicationScoped
    public static class LaterFuture {
        /** Wrong. */
        @AdvisoryLock("job")
        public Future<Long> run() {
            return CompletableFuture.completedFuture(1L);
        }
    }

    /** Its results come later. */
    @ApplicationScoped
    public static class LaterPublisher {
        /** Wrong. */
        @AdvisoryLock(value = "job", scope = LockScope.SESSION)
        public Flow.Publisher<Long> run() {
            return subscriber -> {};
        }
    }

    /** The container calls it past its interceptors. */
    @ApplicationScoped
    public static class OnPostConstruct {
        /** Wrong. */
        @PostConstruct
        @Transactional
        @AdvisoryLock("job")
        public void start() {
            // Not deployed.
        }
    }

    /** Also this. */
    @ApplicationScoped
    public static class OnInitializer {
        /** Wrong. */
        @Inject
        @AdvisoryLock("job")
        public void initialize(BeanManager manager) {
            Objects.requireNonNull(manager);
        }
    }

    /** Carries a lock. */
    @InterceptorBinding
    @AdvisoryLock("carried")
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    public @interface Carrier {}

    /** Has two locks that differ. */
    @ApplicationScoped
    public static class TwoLocks {
        /** Wrong. */
        @Carrier
        @AdvisoryLock("own")
        public void run() {
            // Not deployed.
        }
    }
}
