package org.advisorylock.impl.it;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Stereotype;
import jakarta.inject.Inject;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.Transactional;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.KeyResolver;
import org.advisorylock.LockMode;
import org.advisorylock.LockRequest;
import org.advisorylock.LockScope;
import org.advisorylock.TransactionLocks;

/**
 * Locks in combination: with session locks, with other keys, with code that runs before them, with work that goes on.
 */
@ApplicationScoped
public class Shelf {

    @AdvisoryLock(value = "{key}", scope = LockScope.SESSION, mode = LockMode.SHARED)
    public <T> T sharedBySession(String key, Callable<T> work) throws Exception {
        return work.call();
    }

    @Transactional
    @AdvisoryLock({"{one}", "{other}"})
    public <T> T both(String one, String other, Callable<T> work) throws Exception {
        return work.call();
    }

    @Transactional(dontRollbackOn = Exception.class)
    @AdvisoryLock(
            value = {"{one}", "{other}"},
            accessTimeout = 1)
    public <T> T bothBriefly(String one, String other, Callable<T> work) throws Exception {
        return work.call();
    }

    @Transactional
    @AdvisoryLock(value = "{key}", mode = LockMode.SHARED, dataSource = "second")
    public <T> T sharedBySecond(String key, Callable<T> work) throws Exception {
        return work.call();
    }

    @Transactional
    @AdvisoryLock("{key}")
    public CompletionStage<Integer> later(String key, CompletableFuture<Integer> result) {
        return result;
    }

    @Inject
    TransactionLocks locks;

    @Transactional
    public CompletionStage<Integer> laterInCode(String key, CompletableFuture<Integer> result) {
        locks.acquire(key);
        return result;
    }

    /** All methods of a class. */
    @ApplicationScoped
    @Transactional
    public static class Later {

        @Inject
        TransactionLocks locks;

        public CompletableFuture<Integer> inCode(String key, CompletableFuture<Integer> result) {
            locks.acquire(key);
            return result;
        }
    }

    /** Makes its beans transactional. */
    @Stereotype
    @Transactional
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    public @interface ShelfWork {}

    /** Makes its beans transactional through the other stereotype. */
    @Stereotype
    @ShelfWork
    @ApplicationScoped
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    public @interface LaterWork {}

    /** All methods of a class, by a stereotype. */
    @LaterWork
    public static class OfStereotype {

        @Inject
        TransactionLocks locks;

        public CompletableFuture<Integer> inCode(String key, CompletableFuture<Integer> result) {
            locks.acquire(key);
            return result;
        }
    }

    /** A row that is locked when the key is read. */
    public static final class LockedRow {

        private final DataSource dataSource;

        LockedRow(DataSource dataSource) {
            this.dataSource = dataSource;
        }

        public String getKey() throws SQLException {
            lock();
            return "k";
        }

        void lock() throws SQLException {
            try (Connection connection = dataSource.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("SELECT * FROM shelf FOR UPDATE");
            }
        }
    }

    @Transactional
    @AdvisoryLock(value = "{row.key}", accessTimeout = 10)
    public int ofGetter(LockedRow row) {
        return 1;
    }

    @Transactional
    @AdvisoryLock(keyResolver = RowResolver.class, accessTimeout = 10)
    public int ofResolver(LockedRow row) {
        return 1;
    }

    /** Reads its row first. */
    @ApplicationScoped
    public static class RowResolver implements KeyResolver {
        @Override
        public LockRequest resolve(InvocationContext call) {
            try {
                return LockRequest.of(((LockedRow) call.getParameters()[0]).getKey());
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
