package org.advisorylock.testbed;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.exceptionsorter.PostgreSQLExceptionSorter;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.agroal.narayana.NarayanaTransactionIntegration;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.UserTransaction;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.postgresql.xa.PGXADataSource;

/**
 * A transaction manager (Narayana) and connection pools (Agroal) on the test database, without a server. Closing it
 * fails if a connection is still borrowed.
 */
public final class JtaStack implements AutoCloseable {

    /** How the connections of a pool take part in a JTA transaction. */
    public enum Enlistment {
        /** As a local transaction, committed by the transaction manager. */
        LOCAL,
        /** As a branch of an XA transaction. */
        XA,
        /** Not at all. The library must find this mistake. */
        NONE
    }

    private static final int POOL_SIZE = 20;

    private final List<AgroalDataSource> pools = new CopyOnWriteArrayList<>();
    private final TransactionManager transactionManager = Narayana.transactionManager();
    private final TransactionSynchronizationRegistry registry = Narayana.synchronizationRegistry();
    private final DataSource local;
    private final DataSource xa;
    private final DataSource outside;

    private JtaStack(String jdbcUrl, int poolSize) {
        local = pool(Enlistment.LOCAL, jdbcUrl, poolSize);
        xa = pool(Enlistment.XA, jdbcUrl, poolSize);
        outside = pool(Enlistment.NONE, jdbcUrl, poolSize);
    }

    /** Three pools of 20 connections. */
    public static JtaStack start() {
        return start(POOL_SIZE);
    }

    /** Three pools of this many connections. None is made before it is needed. */
    public static JtaStack start(int poolSize) {
        return new JtaStack(TestDatabase.get().jdbcUrl(), poolSize);
    }

    /** The pool whose connections a JTA transaction enlists, each as a local transaction. */
    public DataSource dataSource() {
        return local;
    }

    /** The pool whose connections a JTA transaction enlists as XA branches. */
    public DataSource xaDataSource() {
        return xa;
    }

    /** A pool that knows nothing of JTA: its connections are in autocommit. */
    public DataSource outsideTransactions() {
        return outside;
    }

    /**
     * A further pool, perhaps on another way to the database, such as a {@link TcpProxy}. It is closed with this stack.
     */
    public DataSource pool(Enlistment enlistment, String jdbcUrl, int size) {
        TestDatabase database = TestDatabase.get();
        AgroalDataSourceConfigurationSupplier supplier = new AgroalDataSourceConfigurationSupplier();
        supplier.metricsEnabled().connectionPoolConfiguration(pool -> {
            // Without a sorter Agroal would give a dead connection again.
            pool.maxSize(size)
                    .acquisitionTimeout(Duration.ofSeconds(30))
                    .exceptionSorter(new PostgreSQLExceptionSorter());
            if (enlistment != Enlistment.NONE) {
                pool.transactionIntegration(new NarayanaTransactionIntegration(transactionManager, registry));
            }
            return pool.connectionFactoryConfiguration(factory -> {
                if (enlistment == Enlistment.XA) {
                    factory.connectionProviderClass(PGXADataSource.class);
                }
                return factory.jdbcUrl(jdbcUrl)
                        .principal(new NamePrincipal(database.user()))
                        .credential(new SimplePassword(database.password()));
            });
        });
        try {
            AgroalDataSource pool = AgroalDataSource.from(supplier);
            pools.add(pool);
            return pool;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Narayana's transaction manager. */
    public TransactionManager transactionManager() {
        return transactionManager;
    }

    /** Narayana's synchronization registry. */
    public TransactionSynchronizationRegistry synchronizationRegistry() {
        return registry;
    }

    /** Narayana's user transaction. */
    public UserTransaction userTransaction() {
        return Narayana.userTransaction();
    }

    /** Runs the work in a new transaction: commits after it, rolls back if it throws. */
    public <T> T inTransaction(Callable<T> work) throws Exception {
        transactionManager.begin();
        T result;
        try {
            result = work.call();
        } catch (Throwable e) {
            transactionManager.rollback();
            throw e;
        }
        transactionManager.commit();
        return result;
    }

    /** Runs the work in a new transaction: commits after it, rolls back if it throws. */
    public void inTransaction(ThrowingRunnable work) throws Exception {
        inTransaction(() -> {
            work.run();
            return true;
        });
    }

    /** How many connections of all pools are in use. */
    public long borrowed() {
        return pools.stream().mapToLong(pool -> pool.getMetrics().activeCount()).sum();
    }

    /**
     * Waits until no connection is in use, for a minute at most. An idle session of the library keeps one for a while.
     */
    public void awaitNoneBorrowed() {
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (borrowed() != 0) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(borrowed() + " connections are in use still");
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        long borrowed = borrowed();
        pools.forEach(AgroalDataSource::close);
        pools.clear();
        if (borrowed != 0) {
            throw new AssertionError(borrowed + " connections were borrowed and not given back");
        }
    }
}
