package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.inject.Inject;
import java.util.concurrent.Callable;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.junit.jupiter.api.extension.ExtendWith;

/** What all tests have: the database, transactions, threads, and the check that nothing is left behind. */
@ArquillianTest
@ExtendWith(Lifecycle.class)
public abstract class ContractTest {

    @Inject
    protected Database database;

    @Inject
    protected Work work;

    protected final Threads threads = new Threads();

    protected static AdvisoryLockKey key(String text) {
        return AdvisoryLockKey.of(text, KeyHash.MD5);
    }

    /** Runs the work in a transaction; anything that it throws rolls back. */
    protected <T> T inTransaction(Callable<T> task) throws Exception {
        return work.inTransaction(task);
    }

    /** Starts the work in a thread beside the test's. */
    protected BackgroundCall<Boolean> start(Task task) {
        return threads.start(() -> {
            task.run();
            return true;
        });
    }

    /** Runs the work in a transaction; anything that it throws rolls back. */
    protected void inTransaction(Task task) throws Exception {
        work.inTransaction(() -> {
            task.run();
            return true;
        });
    }

    /** Called before each test. */
    protected void prepare() {}

    /** Called after each test. */
    protected void cleanUp() {}

    /** False for the copy of a test that runs in the build while a server runs the other copy. */
    @SuppressWarnings("NullAway")
    final boolean isInTheContainer() {
        return database != null;
    }

    /** Begins a test. Public, here and below, for runners whose tests have another class loader than JUnit. */
    public final void begin() {
        prepare();
    }

    /** Ends a test, and checks that it leaves nothing. */
    public final void end() {
        try {
            threads.close();
            cleanUp();
        } finally {
            requireNothingLeft();
        }
    }

    private void requireNothingLeft() {
        work.requireNone();
        assertThat(database.awaitNone()).as("advisory locks after the test").isEmpty();
    }
}
