package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockDeadlockException;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.testbed.JtaStack;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Party;
import org.advisorylock.testbed.Rival;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLockLeft.class)
class GateIT {

    private static final long KEY = AdvisoryLockKey.of("k", KeyHash.MD5).number();

    private Application application = Application.of(Shop.class);
    private Shop shop = application.get(Shop.class);

    @AfterEach
    void stop() {
        application.close();
        System.clearProperty("advisorylock.gate");
    }

    private void restart() {
        application.close();
        application = Application.of(Shop.class);
        shop = application.get(Shop.class);
    }

    /** Starts calls one by one, each when the one before it is blocked. */
    private List<CompletableFuture<Integer>> startCalls(int calls, List<Integer> order) throws Exception {
        List<CompletableFuture<Integer>> results = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            int number = i;
            CompletableFuture<Thread> thread = new CompletableFuture<>();
            results.add(Application.async(() -> {
                thread.complete(Thread.currentThread());
                return shop.locked("k", () -> {
                    order.add(number);
                    return number;
                });
            }));
            Application.awaitBlocked(thread.get());
        }
        return results;
    }

    @Test
    void letsOneWaitInTheDatabaseAndTheOthersHoldNoConnection() throws Exception {
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        List<CompletableFuture<Integer>> results;
        shop.locked("k", () -> 0);
        try (Rival rival = Rival.holding(KEY)) {
            results = startCalls(1, order);
            Rival.awaitWaiter(KEY);
            results.addAll(startCalls(8, order));
            Rival.awaitWaiters(KEY, 1);
            assertThat(application.jta().borrowed()).isEqualTo(1);
            rival.commit();
        }
        for (CompletableFuture<Integer> result : results) {
            result.get();
        }
        assertThat(order).containsExactly(0, 0, 1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void provesADataSourceOnceHoweverManyCallsComeFirst() throws Exception {
        application.close();
        JtaStack jta = JtaStack.start();
        Switching counting = new Switching(jta.dataSource());
        TestDataSources.local = counting;
        application = Application.start(jta, Shop.class);
        shop = application.get(Shop.class);
        Party allFirst = Party.of(8);
        List<CompletableFuture<Integer>> first = IntStream.range(0, 8)
                .mapToObj(i -> Application.async(() -> {
                    allFirst.attend();
                    return shop.locked("first-" + i, () -> i);
                }))
                .toList();
        allFirst.awaitGuests();
        allFirst.letGo();
        assertThat(first.stream().map(CompletableFuture::join)).hasSize(8);
        // One proof opens two sessions: one is refused a lock, the other one is granted it.
        assertThat(counting.selfTests).hasValue(2);
    }

    @Test
    void switchedOffLetsAllWaitInTheDatabase() throws Exception {
        System.setProperty("advisorylock.gate", "false");
        restart();
        List<CompletableFuture<Integer>> results;
        try (Rival rival = Rival.holding(KEY)) {
            results = startCalls(4, Collections.synchronizedList(new ArrayList<>()));
            Rival.awaitWaiters(KEY, 4);
            assertThat(application.jta().borrowed()).isEqualTo(4);
            rival.commit();
        }
        assertThat(results.stream().map(CompletableFuture::join)).containsExactlyInAnyOrder(0, 1, 2, 3);
    }

    @Test
    void letsSharedRequestsPassTogether() throws Exception {
        Party bothInside = Party.of(2);
        CompletableFuture<Integer> one = Application.async(() -> shop.shared("k", () -> attend(bothInside)));
        CompletableFuture<Integer> other = Application.async(() -> shop.shared("k", () -> attend(bothInside)));
        bothInside.awaitGuests();
        assertThat(shop.once("k")).isEmpty();
        bothInside.letGo();
        assertThat(one.get() + other.get()).isEqualTo(2);
        assertThat(shop.once("k")).hasValue(1);
    }

    private static int attend(Party party) {
        party.attend();
        return 1;
    }

    @Test
    void overtakesNobodyWhoWaitsInTheServer() throws Exception {
        long key = AdvisoryLockKey.of("k", KeyHash.MD5).number();
        try (Rival holder = Rival.open();
                Rival waiter = Rival.open()) {
            holder.lockShared(key);
            CompletableFuture<Boolean> exclusive = Application.async(() -> {
                waiter.lock(key);
                return true;
            });
            Rival.awaitWaiter(key);
            CompletableFuture<Boolean> shared = Application.async(() -> shop.shared("k", exclusive::isDone));
            Rival.awaitWaiters(key, 2);
            holder.rollback();
            assertThat(exclusive.get()).isTrue();
            waiter.rollback();
            assertThat(shared.get()).isTrue();
        }
    }

    @Test
    void letsATransactionThatMayHoldSomethingWaitInTheDatabaseSoon() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(1);
        CompletableFuture<Integer> holder = Application.async(() -> shop.locked("k", () -> {
            inside.countDown();
            Application.await(end);
            return 1;
        }));
        Application.await(inside);
        CompletableFuture<Integer> joining =
                Application.async(() -> application.inTransaction(() -> shop.locked("k", () -> 2)));
        Rival.awaitWaiter(KEY);
        end.countDown();
        assertThat(holder.get() + joining.get()).isEqualTo(3);
    }

    @Test
    void keepsADeadlockVisibleToPostgres() throws Exception {
        Party bothHold = Party.of(2);
        CompletableFuture<Throwable> one = Application.async(() -> catchThrowable(() -> both("a", "b", bothHold)));
        CompletableFuture<Throwable> other = Application.async(() -> catchThrowable(() -> both("b", "a", bothHold)));
        bothHold.awaitGuests();
        bothHold.letGo();
        assertThat(Stream.of(one.get(), other.get()).filter(Objects::nonNull))
                .singleElement()
                .isInstanceOf(LockDeadlockException.class);
    }

    private void both(String first, String second, Party bothHold) throws Exception {
        application.inTransaction(() -> {
            application.locks().acquire(first);
            bothHold.attend();
            application.locks().acquire(second);
            return 1;
        });
    }

    @Test
    void sharesTheCallersDeadline() throws Exception {
        shop.locked("warm", () -> 1);
        shop.locked("k", () -> {
            CompletableFuture<Throwable> refusal =
                    Application.async(() -> catchThrowable(() -> shop.briefly("k", () -> 1)));
            assertThat(refusal.get())
                    .isInstanceOf(LockTimeoutException.class)
                    .hasMessageContainingAll("ADVLOCK-0101", "a transaction of this JVM", "Shop.locked(");
            return 1;
        });
        assertThat(shop.briefly("k", () -> 3)).isEqualTo(3);
    }

    @Test
    void endsAtOnceWhenTheThreadIsInterrupted() throws Exception {
        shop.locked("k", () -> {
            CompletableFuture<Thread> thread = new CompletableFuture<>();
            CompletableFuture<Boolean> kept = async(thread, () -> shop.patiently("k", () -> 1));
            Application.awaitBlocked(thread.get());
            thread.get().interrupt();
            return assertThat(kept.get()).isTrue();
        });
        assertThat(shop.locked("k", () -> 2)).isEqualTo(2);
    }

    @Test
    void aWaitInTheServerEndsAsWellAndLeavesTheTransactionUsable() throws Exception {
        shop.locked("k", () -> 1);
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        try (Rival rival = Rival.holding(KEY)) {
            CompletableFuture<Boolean> kept = Application.async(() -> application.inTransaction(() -> {
                boolean status = interruptible(thread, () -> application.locks().acquire("k"));
                application.locks().acquire("other");
                return status;
            }));
            Rival.awaitWaiter(KEY);
            thread.get().interrupt();
            assertThat(kept.get()).isTrue();
            Rival.awaitWaiters(KEY, 0);
            rival.commit();
        }
    }

    private static CompletableFuture<Boolean> async(CompletableFuture<Thread> thread, ThrowingCallable call) {
        return Application.async(() -> interruptible(thread, call));
    }

    /** Whether the call ended by an interrupt whose status was kept. */
    private static boolean interruptible(CompletableFuture<Thread> thread, ThrowingCallable call) {
        thread.complete(Thread.currentThread());
        assertThat(catchThrowable(call))
                .isInstanceOf(AdvisoryLockException.class)
                .hasMessageContaining("ADVLOCK-0110");
        return Thread.interrupted();
    }
}
