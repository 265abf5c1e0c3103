package org.advisorylock.tck.platform;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Status;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.UserTransaction;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.lang.ref.WeakReference;
import java.sql.Driver;
import java.sql.DriverManager;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.SessionLocks;
import org.advisorylock.TransactionLocks;
import org.advisorylock.tck.Database;
import org.jspecify.annotations.Nullable;

/** An application whose transactions end elsewhere than in the thread that took the lock. */
@ApplicationScoped
@Path("abandoned")
public class Abandoned {

    /** The property of the JVM with a weak reference to its class loader. */
    static final String LOADER = "tck.abandoned";

    private static final long BOUND_SECONDS = 60;

    /** Enough to take a lock in, on a slow machine too. */
    private static final int SECONDS = 5;

    @Inject
    TransactionLocks locks;

    @Inject
    SessionLocks sessions;

    @Inject
    Database database;

    @Resource
    UserTransaction transaction;

    @Resource
    ManagedExecutorService executor;

    /** All of it, in the thread of the request and in one of the server's. */
    @GET
    public String use() throws Exception {
        System.getProperties().put(LOADER, new WeakReference<>(Abandoned.class.getClassLoader()));
        // The first lock takes longer, as the DataSource is proved.
        transaction.begin();
        acquire("first");
        transaction.commit();
        Callable<Boolean> ends = () -> {
            endByTheServer();
            endInAnotherThread();
            sessions.acquire("session").close();
            return true;
        };
        ends.call();
        executor.submit(ends).get(BOUND_SECONDS, TimeUnit.SECONDS);
        deregisterDriver();
        return "used";
    }

    /** By the transaction's timeout. */
    private void endByTheServer() throws Exception {
        transaction.setTransactionTimeout(SECONDS);
        transaction.begin();
        try {
            acquire("timeout");
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
            while (transaction.getStatus() == Status.STATUS_ACTIVE) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("the transaction does not time out");
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        } finally {
            transaction.setTransactionTimeout(0);
            transaction.rollback();
        }
    }

    private void endInAnotherThread() throws Exception {
        TransactionManager manager = manager();
        manager.begin();
        acquire("elsewhere");
        Transaction suspended = manager.suspend();
        executor.submit(() -> {
                    manager.resume(suspended);
                    manager.commit();
                    return true;
                })
                .get(BOUND_SECONDS, TimeUnit.SECONDS);
    }

    private void acquire(String key) {
        locks.acquire(key);
        List<AdvisoryLockKey> held = database.heldKeys();
        if (held.size() != 1) {
            throw new AssertionError("held are " + held);
        }
    }

    private static TransactionManager manager() throws NamingException {
        InitialContext directory = new InitialContext();
        for (String name : List.of("java:/TransactionManager", "java:appserver/TransactionManager")) {
            if (lookup(directory, name) instanceof TransactionManager manager) {
                return manager;
            }
        }
        throw new NamingException("no transaction manager is known here");
    }

    // The names are constants.
    @SuppressWarnings("BanJNDI")
    private static @Nullable Object lookup(InitialContext directory, String name) {
        try {
            return directory.lookup(name);
        } catch (NamingException unknown) {
            return null;
        }
    }

    /** The driver in WEB-INF/lib registers itself in the JVM, and pins its loader: not the library's business. */
    private static void deregisterDriver() throws Exception {
        for (Driver driver : DriverManager.drivers().toList()) {
            if (driver.getClass().getClassLoader() == Abandoned.class.getClassLoader()) {
                DriverManager.deregisterDriver(driver);
            }
        }
    }
}
