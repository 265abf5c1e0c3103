package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Stereotype;
import jakarta.inject.Inject;
import jakarta.interceptor.InterceptorBinding;
import jakarta.transaction.Transactional;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockGuardException;
import org.advisorylock.TransactionLocks;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Where the annotation may stand. */
@Locking
class InterceptionTest extends ContractTest {

    /** A stereotype that carries the annotation. */
    @Stereotype
    @AdvisoryLock("stereotype")
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.RUNTIME)
    public @interface Guarded {}

    /** A binding that carries the annotation. */
    @InterceptorBinding
    @AdvisoryLock("binding")
    @Target({ElementType.TYPE, ElementType.METHOD})
    @Retention(RetentionPolicy.RUNTIME)
    public @interface OneAtATime {}

    /** Its methods return the keys that are held while they run. */
    @Transactional
    public abstract static class InterceptedBean {
        @Inject
        Database database;
    }

    /** With the annotation on the class. */
    @ApplicationScoped
    @AdvisoryLock("class")
    public static class OnClass extends InterceptedBean {
        /** The class's. */
        public List<AdvisoryLockKey> asTheClass() {
            return database.heldKeys();
        }

        /** Its own. */
        @AdvisoryLock("method")
        public List<AdvisoryLockKey> asTheMethod() {
            return database.heldKeys();
        }

        /** Not public. */
        List<AdvisoryLockKey> ofThePackage() {
            return database.heldKeys();
        }

        /** Not public. */
        protected List<AdvisoryLockKey> ofTheFamily() {
            return database.heldKeys();
        }
    }

    /** A base class. */
    @AdvisoryLock("parent")
    public abstract static class Parent extends InterceptedBean {
        /** Declared here. */
        public List<AdvisoryLockKey> inherited() {
            return database.heldKeys();
        }
    }

    /** Without an annotation of its own. */
    @ApplicationScoped
    public static class Child extends Parent {
        /** Declared here. */
        public List<AdvisoryLockKey> own() {
            return database.heldKeys();
        }
    }

    /** By stereotype. */
    @Guarded
    @ApplicationScoped
    public static class ByStereotype extends InterceptedBean {
        /** The stereotype's. */
        public List<AdvisoryLockKey> run() {
            return database.heldKeys();
        }
    }

    /** By another binding. */
    @ApplicationScoped
    public static class ByBinding extends InterceptedBean {
        /** The binding's. */
        @OneAtATime
        public List<AdvisoryLockKey> run() {
            return database.heldKeys();
        }
    }

    /**
     * What a method finds.
     *
     * @param held the keys that are held
     * @param refusal what {@code assertHeld} throws; null if it throws nothing
     */
    public record Finding(List<AdvisoryLockKey> held, @Nullable LockGuardException refusal) {}

    /** Calls itself. */
    @ApplicationScoped
    @Transactional
    public static class Selfish {
        @Inject
        TransactionLocks locks;

        @Inject
        Database database;

        /** Makes sure of its lock. */
        @AdvisoryLock("self")
        public Finding guarded() {
            try {
                locks.assertHeld("self");
                return new Finding(database.heldKeys(), null);
            } catch (LockGuardException refusal) {
                return new Finding(database.heldKeys(), refusal);
            }
        }

        /** Passes no interceptor on some containers. */
        public Finding aroundTheBean() {
            return guarded();
        }
    }

    @Inject
    OnClass onClass;

    @Inject
    Child child;

    @Inject
    ByStereotype byStereotype;

    @Inject
    ByBinding byBinding;

    @Inject
    Selfish selfish;

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(InterceptionTest.class);
    }

    @Test
    @Assertion("INT-01")
    void onAClassItAppliesToEveryBusinessMethod() {
        assertThat(onClass.asTheClass()).containsExactly(key("class"));
        assertThat(onClass.ofThePackage()).containsExactly(key("class"));
        assertThat(onClass.ofTheFamily()).containsExactly(key("class"));
    }

    @Test
    @Assertion("INT-02")
    void onAMethodItReplacesTheClasss() {
        assertThat(onClass.asTheMethod()).containsExactly(key("method"));
    }

    @Test
    @Assertion("INT-03")
    void aSubclassInheritsItFromItsClass() {
        assertThat(child.inherited()).containsExactly(key("parent"));
        assertThat(child.own()).containsExactly(key("parent"));
    }

    @Test
    @Assertion("INT-04")
    void itMayComeFromAStereotype() {
        assertThat(byStereotype.run()).containsExactly(key("stereotype"));
    }

    @Test
    @Assertion("INT-04")
    void itMayComeFromAnotherBinding() {
        assertThat(byBinding.run()).containsExactly(key("binding"));
    }

    @Test
    @Assertion("INT-05")
    void aCallOfThisIsLockedOrFoundFromInside() {
        Finding throughTheBean = selfish.guarded();
        assertThat(throughTheBean.held()).containsExactly(key("self"));
        assertThat(throughTheBean.refusal()).isNull();
        Finding byThis = selfish.aroundTheBean();
        if (byThis.held().isEmpty()) {
            assertThat(byThis.refusal()).isNotNull().hasMessageStartingWith("ADVLOCK-");
        } else {
            assertThat(byThis.held()).containsExactly(key("self"));
            assertThat(byThis.refusal()).isNull();
        }
    }
}
