package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A transaction whose result comes later, or that another thread ends, does not count as suspended in its first thread.
 */
@ExtendWith(NoLockLeft.class)
@Timeout(50)
class TransactionsGoOnWithoutTheirThreadIT {

    private static final long KEY = AdvisoryLockKey.of("k", KeyHash.MD5).number();

    private final ExecutorService pooled = Executors.newSingleThreadExecutor();
    private final Application application =
            Application.of(Shop.class, Shelf.class, Shelf.Later.class, Shelf.OfStereotype.class);
    private Shop shop;
    private Shelf shelf;

    @BeforeEach
    void start() throws Exception {
        shop = application.get(Shop.class);
        shelf = application.get(Shelf.class);
        shop.locked("warm up", () -> 1);
    }

    @AfterEach
    void stop() throws Exception {
        pooled.shutdown();
        assertThat(pooled.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        application.close();
    }

    @Test
    void theNextRequestOfThePooledThreadWaitsForIt() throws Exception {
        waitsFor(result -> shelf.later("k", result));
    }

    @Test
    void alsoWhereCodeHasTakenTheLock() throws Exception {
        waitsFor(result -> shelf.laterInCode("k", result));
    }

    @Test
    void alsoWhereItIsTheClassThatIsTransactional() throws Exception {
        waitsFor(result -> application.get(Shelf.Later.class).inCode("k", result));
    }

    @Test
    void alsoWhereAStereotypeBringsTheTransaction() throws Exception {
        waitsFor(result -> application.get(Shelf.OfStereotype.class).inCode("k", result));
    }

    private void waitsFor(Function<CompletableFuture<Integer>, CompletionStage<Integer>> call) throws Exception {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        CompletionStage<Integer> first = pooled.submit(() -> call.apply(result)).get();
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        var second = pooled.submit(() -> {
            thread.complete(Thread.currentThread());
            return shop.locked("k", () -> 2);
        });
        Application.awaitBlocked(thread.get());
        assertThat(second.isDone()).isFalse();
        result.complete(1);
        assertThat(first.toCompletableFuture().get()).isEqualTo(1);
        assertThat(second.get()).isEqualTo(2);
    }

    @Test
    void oneThatItJoinedIsSuspendedAsBefore() throws Exception {
        isSuspendedAfter(result -> shelf.later("k", result));
    }

    @Test
    void alsoWhereCodeTookTheLock() throws Exception {
        isSuspendedAfter(result -> shelf.laterInCode("k", result));
    }

    private void isSuspendedAfter(Function<CompletableFuture<Integer>, CompletionStage<Integer>> call)
            throws Exception {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        application.inTransaction(() -> {
            Object unused = call.apply(result);
            assertThatExceptionOfType(SelfDeadlockException.class).isThrownBy(() -> shop.anew("k", () -> 2));
            return result.complete(1);
        });
    }

    @Test
    void oneThatAnotherThreadHasTakenOverIsThere() throws Exception {
        var manager = application.jta().transactionManager();
        manager.begin();
        application.locks().acquire("k");
        var transaction = manager.suspend();
        Application.async(() -> {
                    manager.resume(transaction);
                    application.locks().acquire("other");
                    assertThatExceptionOfType(SelfDeadlockException.class).isThrownBy(() -> shop.anew("k", () -> 2));
                    return manager.suspend();
                })
                .get();
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        thread.complete(Thread.currentThread());
        Object unused = Application.async(() -> {
            Rival.awaitWaiter(KEY);
            manager.resume(transaction);
            manager.commit();
            return 1;
        });
        assertThat(application.inTransaction(() -> shop.locked("k", () -> 2))).isEqualTo(2);
    }
}
