package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Stereotype;
import jakarta.inject.Inject;
import jakarta.transaction.TransactionRequiredException;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import jakarta.transaction.TransactionalException;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.advisorylock.AdvisoryLock;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** Whose transaction it is. */
@Locking
class TransactionTypeTest extends ContractTest {

    /** A stereotype that carries {@code @Transactional}. */
    @Stereotype
    @Transactional
    @Target(ElementType.TYPE)
    @Retention(RetentionPolicy.RUNTIME)
    public @interface Business {}

    /** One method for each type. */
    @ApplicationScoped
    public static class OnMethods {
        /** Its caller's or its own. */
        @Transactional(TxType.REQUIRED)
        @AdvisoryLock("type")
        public void required(Task task) throws Exception {
            task.run();
        }

        /** Its own. */
        @Transactional(TxType.REQUIRES_NEW)
        @AdvisoryLock("type")
        public void requiresNew(Task task) throws Exception {
            task.run();
        }

        /** Its caller's. */
        @Transactional(TxType.MANDATORY)
        @AdvisoryLock("type")
        public void mandatory(Task task) throws Exception {
            task.run();
        }

        /** Its caller's or none. */
        @Transactional(TxType.SUPPORTS)
        @AdvisoryLock("type")
        public void supports(Task task) throws Exception {
            task.run();
        }

        /** None. */
        @Transactional(TxType.NOT_SUPPORTED)
        @AdvisoryLock("type")
        public void notSupported(Task task) throws Exception {
            task.run();
        }

        /** None. */
        @Transactional(TxType.NEVER)
        @AdvisoryLock("type")
        public void never(Task task) throws Exception {
            task.run();
        }

        /** Rolls back after a checked exception. */
        @Transactional(rollbackOn = IOException.class)
        @AdvisoryLock("type")
        public void rollingBack(Task task) throws Exception {
            task.run();
        }

        /** Commits after an unchecked exception. */
        @Transactional(dontRollbackOn = IllegalStateException.class)
        @AdvisoryLock("type")
        public void committing(Task task) throws Exception {
            task.run();
        }
    }

    /** Has a type. */
    @Transactional(TxType.REQUIRES_NEW)
    public abstract static class RequiresNewParent {
        /** The class's. */
        @AdvisoryLock("type")
        public void asTheClass(Task task) throws Exception {
            task.run();
        }

        /** Its own. */
        @Transactional(TxType.NOT_SUPPORTED)
        @AdvisoryLock("type")
        public void asTheMethod(Task task) throws Exception {
            task.run();
        }
    }

    /** Its type is the class's. */
    @ApplicationScoped
    @Transactional(TxType.REQUIRES_NEW)
    public static class TypeOnClass {
        /** The class's. */
        @AdvisoryLock("type")
        public void asTheClass(Task task) throws Exception {
            task.run();
        }
    }

    /** Its type is its superclass's. */
    @ApplicationScoped
    @AdvisoryLock("type")
    public static class LockedChild extends RequiresNewParent {
        /** The superclass's. */
        public void own(Task task) throws Exception {
            task.run();
        }
    }

    /** Its type is the stereotype's. */
    @Business
    @ApplicationScoped
    public static class StereotypeTransaction {
        /** The stereotype's. */
        @AdvisoryLock("type")
        public void run(Task task) throws Exception {
            task.run();
        }
    }

    /** A call of one of the methods. */
    private interface TypedCall {
        void run(Task task) throws Exception;
    }

    @Inject
    OnMethods onMethods;

    @Inject
    TypeOnClass onClass;

    @Inject
    LockedChild child;

    @Inject
    StereotypeTransaction byStereotype;

    private final AtomicBoolean called = new AtomicBoolean();

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(TransactionTypeTest.class);
    }

    private void assertLocked(TypedCall call) throws Exception {
        called.set(false);
        call.run(() -> {
            called.set(true);
            assertThat(database.heldKeys()).containsExactly(key("type"));
        });
        assertThat(called).isTrue();
    }

    private void assertRefused(TypedCall call) {
        called.set(false);
        assertThatExceptionOfType(TransactionalException.class)
                .isThrownBy(() -> call.run(() -> called.set(true)))
                .withCauseInstanceOf(TransactionRequiredException.class);
        assertThat(called).isFalse();
    }

    private String rows() {
        return database.queryOutside("SELECT count(*) FROM tck_type");
    }

    @Override
    protected void prepare() {
        database.executeOutside("DROP TABLE IF EXISTS tck_type");
        database.executeOutside("CREATE TABLE tck_type (id integer)");
    }

    @Override
    protected void cleanUp() {
        database.executeOutside("DROP TABLE tck_type");
    }

    @Test
    @Assertion("TX-11")
    void theMethodsOwnTransactionHoldsTheLock() throws Exception {
        for (TypedCall call : List.<TypedCall>of(onMethods::required, onMethods::requiresNew)) {
            assertLocked(call);
            assertThat(database.locks()).isEmpty();
        }
        inTransaction(() -> {
            assertLocked(onMethods::requiresNew);
            assertThat(database.locks()).as("in the caller's transaction").isEmpty();
        });
    }

    @Test
    @Assertion("TX-11")
    void theCallersTransactionHoldsTheLock() throws Exception {
        for (TypedCall call : List.<TypedCall>of(onMethods::required, onMethods::mandatory, onMethods::supports)) {
            inTransaction(() -> {
                assertLocked(call);
                assertThat(database.heldKeys())
                        .as("in the caller's transaction")
                        .containsExactly(key("type"));
            });
            assertThat(database.locks()).isEmpty();
        }
    }

    @Test
    @Assertion("TX-12")
    void aTypeThatGivesNoTransactionIsRefused() throws Exception {
        for (TypedCall call : List.<TypedCall>of(
                onMethods::mandatory, onMethods::supports, onMethods::notSupported, onMethods::never)) {
            assertRefused(call);
        }
        inTransaction(() -> assertRefused(onMethods::notSupported));
    }

    @Test
    @Assertion("TX-13")
    void theTypeMayBeThatOfTheClassOrOfAStereotype() throws Exception {
        for (TypedCall call :
                List.<TypedCall>of(onClass::asTheClass, child::own, child::asTheClass, byStereotype::run)) {
            assertLocked(call);
            assertThat(database.locks()).isEmpty();
        }
        assertRefused(child::asTheMethod);
    }

    @Test
    @Assertion("TX-14")
    void theRulesOfTransactionalSayWhetherTheLockEndsWithARollback() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> onMethods.rollingBack(() -> {
                    database.executeInside("INSERT INTO tck_type VALUES (1)");
                    assertThat(database.heldKeys()).containsExactly(key("type"));
                    throw new IOException("rolled back");
                }));
        assertThat(database.locks()).isEmpty();
        assertThat(rows()).isEqualTo("0");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> onMethods.committing(() -> {
                    database.executeInside("INSERT INTO tck_type VALUES (2)");
                    assertThat(database.heldKeys()).containsExactly(key("type"));
                    throw new IllegalStateException("committed");
                }));
        assertThat(database.locks()).isEmpty();
        assertThat(rows()).isEqualTo("1");
    }
}
