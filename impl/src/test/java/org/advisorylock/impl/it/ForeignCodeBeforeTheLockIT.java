package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.advisorylock.LockDeadlockException;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A resolver and a getter run inside the transaction, before its lock is taken. They may lock rows, so the call must
 * wait in the database, where PostgreSQL sees the deadlock.
 */
@ExtendWith(NoLockLeft.class)
class ForeignCodeBeforeTheLockIT {

    private static Application application;
    private static Shop shop;
    private static Shelf shelf;
    private static Shelf.LockedRow row;

    @BeforeAll
    static void start() throws Exception {
        application = Application.of(Shop.class, Shelf.class, Shelf.RowResolver.class);
        shop = application.get(Shop.class);
        shelf = application.get(Shelf.class);
        row = new Shelf.LockedRow(application.jta().dataSource());
        run("CREATE TABLE shelf AS SELECT 1 AS id");
        shop.locked("warm up", () -> 1);
    }

    @AfterAll
    static void stop() throws Exception {
        run("DROP TABLE shelf");
        application.close();
    }

    private static void run(String sql) throws Exception {
        try (Rival rival = Rival.open();
                Statement statement = rival.connection().createStatement()) {
            statement.execute(sql);
            rival.commit();
        }
    }

    @Test
    void asAGetterThatQueries() throws Exception {
        assertDeadlock(() -> shelf.ofGetter(row));
    }

    @Test
    void asAResolverThatQueries() throws Exception {
        assertDeadlock(() -> shelf.ofResolver(row));
    }

    /** The call has the row and wants the key. The holder of the key wants the row. */
    private static void assertDeadlock(Callable<Integer> call) throws Exception {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        CompletableFuture<Throwable> waiter = new CompletableFuture<>();
        Throwable holder = catchThrowable(() -> shop.locked("k", () -> {
            Object unused = Application.async(() -> {
                thread.complete(Thread.currentThread());
                return waiter.complete(catchThrowable(call::call));
            });
            Application.awaitBlocked(thread.get());
            row.lock();
            return 1;
        }));
        assertThat(Stream.of(waiter.get(), holder).filter(Objects::nonNull))
                .singleElement()
                .satisfies(victim -> assertThat(victim instanceof LockDeadlockException || isDeadlock(victim))
                        .as("%s", victim)
                        .isTrue());
    }

    private static boolean isDeadlock(Throwable victim) {
        return victim instanceof SQLException error && "40P01".equals(error.getSQLState());
    }
}
