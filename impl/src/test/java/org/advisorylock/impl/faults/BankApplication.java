package org.advisorylock.impl.faults;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.transaction.TransactionManager;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import javax.sql.DataSource;
import org.advisorylock.LeaderElection;
import org.advisorylock.LockMonitor;
import org.advisorylock.SessionLocks;
import org.advisorylock.TransactionLocks;
import org.advisorylock.testbed.Async;
import org.advisorylock.testbed.JtaStack;
import org.advisorylock.testbed.JtaStack.Enlistment;

/** A running application: Weld SE with the library and a {@link LockedBank}, on a DataSource that the test chooses. */
final class BankApplication implements AutoCloseable {

    static final int POOL = 20;
    private static DataSource chosen;
    private static TransactionManager manager;

    private final JtaStack jta;
    private final SeContainer container;

    private BankApplication(JtaStack jta, SeContainer container) {
        this.jta = jta;
        this.container = container;
    }

    private static BankApplication start(JtaStack jta, DataSource dataSource, Class<?>... beans) {
        chosen = dataSource;
        manager = jta.transactionManager();
        try {
            return new BankApplication(
                    jta,
                    SeContainerInitializer.newInstance()
                            .addBeanClasses(BankBeans.class, LockedBank.class, SessionJobs.class)
                            .addBeanClasses(beans)
                            .initialize());
        } catch (Throwable e) {
            jta.close();
            throw e;
        }
    }

    /** On the test database. */
    static BankApplication start() {
        return on(JtaStack::dataSource);
    }

    /** On the test database, with a transaction manager that does not tell how much time is left. */
    static BankApplication withSilentManager(Function<JtaStack, DataSource> choice) {
        JtaStack jta = JtaStack.start();
        return start(jta, choice.apply(jta), SilentManager.class);
    }

    /** With another URL: through a proxy, or to another database. */
    static BankApplication at(String jdbcUrl) {
        return on(pool(jdbcUrl));
    }

    static BankApplication on(Function<JtaStack, DataSource> choice) {
        JtaStack jta = JtaStack.start();
        return start(jta, choice.apply(jta));
    }

    /** A pool whose connections take part in JTA transactions. */
    static Function<JtaStack, DataSource> pool(String jdbcUrl) {
        return pool(jdbcUrl, POOL);
    }

    /** A pool of so many connections, which take part in JTA transactions. */
    static Function<JtaStack, DataSource> pool(String jdbcUrl, int size) {
        return jta -> jta.pool(Enlistment.LOCAL, jdbcUrl, size);
    }

    /** What the container finds. */
    @ApplicationScoped
    static class BankBeans {
        @Produces
        @ApplicationScoped
        DataSource dataSource() {
            return chosen;
        }
    }

    /** A connection of the pool of transactions. */
    Connection connect() throws SQLException {
        return chosen.getConnection();
    }

    DataSource dataSource() {
        return chosen;
    }

    long borrowed() {
        return jta.borrowed();
    }

    void awaitNoneBorrowed() {
        jta.awaitNoneBorrowed();
    }

    /** For {@link SilentManager}. */
    static TransactionManager manager() {
        return manager;
    }

    LockedBank bank() {
        return container.select(LockedBank.class).get();
    }

    SessionJobs jobs() {
        return container.select(SessionJobs.class).get();
    }

    SessionLocks sessions() {
        return container.select(SessionLocks.class).get();
    }

    TransactionLocks locks() {
        return container.select(TransactionLocks.class).get();
    }

    LeaderElection elections() {
        return container.select(LeaderElection.class).get();
    }

    LockMonitor monitor() {
        return container.select(LockMonitor.class).get();
    }

    TransactionManager transactions() {
        return jta.transactionManager();
    }

    <T> T inTransaction(Callable<T> work) throws Exception {
        return jta.inTransaction(work);
    }

    /** Runs something in a thread of its own. */
    static <T> CompletableFuture<T> async(Callable<T> work) {
        return Async.run(work);
    }

    /** Ends the application, after the reaper of the transaction manager has returned its connections. */
    @Override
    public void close() {
        container.close();
        try {
            jta.awaitNoneBorrowed();
        } finally {
            jta.close();
        }
    }
}
