package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LeaderElection;
import org.advisorylock.Leadership;
import org.advisorylock.LeadershipListener;
import org.advisorylock.LockDeadlockException;
import org.advisorylock.LockEvent;
import org.advisorylock.LockEvent.Acquired;
import org.advisorylock.LockEvent.Elected;
import org.advisorylock.LockEvent.LockOutcome;
import org.advisorylock.LockEvent.Lost;
import org.advisorylock.LockEvent.NotAcquired;
import org.advisorylock.LockEvent.Released;
import org.advisorylock.LockEvent.Retried;
import org.advisorylock.LockEvent.Revoked;
import org.advisorylock.LockEvent.WaitPlace;
import org.advisorylock.LockHandle;
import org.advisorylock.LockKeyException;
import org.advisorylock.LockListener;
import org.advisorylock.LockMode;
import org.advisorylock.LockRequest;
import org.advisorylock.LockScope;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.SessionLocks;
import org.advisorylock.TransactionLocks;
import org.advisorylock.testbed.LibraryLog;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Party;
import org.advisorylock.testbed.Rival;
import org.advisorylock.testbed.TestDatabase;
import org.advisorylock.testbed.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLockLeft.class)
@Timeout(120)
class ListenersHearIT {

    private static final String HERE = ListenersHearIT.class.getName() + ".";

    private static final int WARM_UP = 4;

    private static final LockChronicle HEARD = new LockChronicle();
    private static final LockChronicle OBSERVED = new LockChronicle();

    /** Notes, and does what a test wants. */
    @ApplicationScoped
    static class Ear implements LockListener {

        static final LockListener NOTHING = event -> {};
        static volatile LockListener also = NOTHING;

        @Inject
        TransactionLocks locks;

        @Override
        public void on(LockEvent event) {
            HEARD.add(event);
            also.on(event);
        }

        TransactionLocks locks() {
            return locks;
        }
    }

    /** Throws always, and must not disturb anything. */
    @ApplicationScoped
    static class BrokenEar implements LockListener {
        @Override
        public void on(LockEvent event) {
            throw new IllegalStateException("a listener that throws");
        }
    }

    /** Hears as CDI does it. */
    @ApplicationScoped
    static class EventObserver {
        void on(@Observes LockEvent event) {
            OBSERVED.add(event);
        }
    }

    private Application application;
    private Shop shop;
    private Night night;
    private TransactionLocks locks;
    private SessionLocks sessions;
    private final LibraryLog log = new LibraryLog();

    @BeforeEach
    void start() throws Exception {
        System.setProperty("advisorylock.session.heartbeat", "PT5S");
        application = Application.of(Shop.class, Night.class, Ear.class, BrokenEar.class, EventObserver.class);
        shop = application.get(Shop.class);
        night = application.get(Night.class);
        locks = application.locks();
        sessions = application.get(SessionLocks.class);
        // The first lock of a DataSource proves it. After it, the pool is known as one.
        shop.locked("warm", () -> 1);
        night.outside("warm", () -> 1);
        HEARD.clear();
        OBSERVED.clear();
    }

    @AfterEach
    void stop() {
        Ear.also = Ear.NOTHING;
        System.clearProperty("advisorylock.session.heartbeat");
        // Then nobody is telling any more.
        application.close();
        log.close();
        List<LockEvent> all = HEARD.events();
        assertThat(OBSERVED.events()).containsExactlyInAnyOrderElementsOf(all);
        assertThat(log.messages()).filteredOn(text -> text.contains("0517")).hasSize(WARM_UP + all.size());
        // The keys of all tests contain this word.
        assertThat(all).asString().doesNotContain("secret");
        assertThat(log.messages()).asString().doesNotContain("secret");
    }

    private static long number(String key) {
        return AdvisoryLockKey.of(key, KeyHash.MD5).number();
    }

    private static CompletableFuture<Throwable> failure(ThrowingRunnable work) {
        return Application.async(() -> catchThrowable(work::run));
    }

    private NotAcquired refused() {
        assertThat(HEARD.kinds()).isEqualTo("NotAcquired");
        return HEARD.events(NotAcquired.class).get(0);
    }

    @Test
    void ofACommitAndOfARollback() throws Exception {
        shop.locked("secret", () -> {
            assertThat(HEARD.kinds()).isEqualTo("Acquired");
            return 1;
        });
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> shop.shared("secret", () -> {
                    throw new IllegalStateException("roll back");
                }));
        assertThat(HEARD.kinds()).isEqualTo("Acquired Released Acquired Released");
        Acquired first = HEARD.events(Acquired.class).get(0);
        assertThat(first)
                .isEqualTo(new Acquired(
                        "{key}", LockScope.TRANSACTION, LockMode.EXCLUSIVE, 1, first.waited(), WaitPlace.NONE));
        assertThat(first.waited()).isPositive();
        Released second = HEARD.events(Released.class).get(1);
        assertThat(second).isEqualTo(new Released("{key}", LockScope.TRANSACTION, LockMode.SHARED, 1, second.held()));
    }

    /** The name is the place of the call, also from inside a lambda. */
    @Test
    void ofCodeInATransaction() throws Exception {
        application.inTransaction(() -> {
            locks.acquire("secret");
            assertThat(locks.tryAcquire(LockRequest.of("secret:{0}", 7).shared(), Duration.ZERO))
                    .isTrue();
            return assertThat(HEARD.kinds()).isEqualTo("Acquired Acquired");
        });
        assertThat(HEARD.kinds()).isEqualTo("Acquired Acquired Released Released");
        assertThat(HEARD.events())
                .allSatisfy(event -> assertThat(event.lock()).isEqualTo(HERE + "ofCodeInATransaction"));
        assertThat(HEARD.events(Acquired.class))
                .extracting(Acquired::mode)
                .containsExactly(LockMode.EXCLUSIVE, LockMode.SHARED);
    }

    @Test
    void ofOnlyTheFirstOfSeveralTakes() throws Exception {
        shop.locked("secret", () -> {
            locks.acquire("secret");
            shop.shared("secret", () -> 1);
            return shop.locked("secret", () -> 1);
        });
        application.inTransaction(() -> {
            locks.acquire("secret");
            locks.acquire("secret");
            locks.acquire(LockRequest.of("secret").permits(3));
            locks.acquire(LockRequest.of("secret").permits(3));
            return locks.tryAcquire(LockRequest.of("secret").and("secret-2"), Duration.ZERO);
        });
        assertThat(HEARD.kinds()).isEqualTo("Acquired Released Acquired Acquired Acquired Released Released Released");
        assertThat(HEARD.events(Acquired.class)).extracting(Acquired::permits).containsExactly(1, 1, 3, 1);
    }

    @Test
    void ofAnUpgrade() throws Exception {
        shop.shared("secret", () -> shop.locked("secret", () -> 1));
        assertThat(HEARD.kinds()).isEqualTo("Acquired Acquired Released Released");
        assertThat(HEARD.events(Acquired.class))
                .extracting(Acquired::mode)
                .containsExactly(LockMode.SHARED, LockMode.EXCLUSIVE);
    }

    @Test
    void ofATimeoutInTheServer() throws Exception {
        try (Rival rival = Rival.holding(number("secret"))) {
            assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> shop.briefly("secret", () -> 1));
            rival.commit();
        }
        NotAcquired refused = refused();
        assertThat(refused.outcome()).isEqualTo(LockOutcome.TIMEOUT);
        assertThat(refused.error()).isEqualTo(LockTimeoutException.class.getName());
        assertThat(refused.waited()).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void ofTriesInVain() throws Exception {
        try (Rival rival = Rival.holding(number("secret"))) {
            assertThat(shop.once("secret")).isEmpty();
            assertThat(night.once("secret")).isFalse();
            application.inTransaction(
                    () -> assertThat(locks.tryAcquire("secret", Duration.ZERO)).isFalse());
            assertThat(sessions.tryAcquire("secret", Duration.ZERO)).isEmpty();
            assertThat(sessions.lock("secret").tryLock()).isFalse();
            rival.commit();
        }
        assertThat(HEARD.kinds()).isEqualTo("NotAcquired NotAcquired NotAcquired NotAcquired NotAcquired");
        assertThat(HEARD.events(NotAcquired.class))
                .extracting(NotAcquired::outcome)
                .containsExactly(
                        LockOutcome.SKIPPED,
                        LockOutcome.SKIPPED,
                        LockOutcome.TIMEOUT,
                        LockOutcome.TIMEOUT,
                        LockOutcome.TIMEOUT);
        assertThat(HEARD.events(NotAcquired.class))
                .extracting(NotAcquired::scope)
                .containsExactly(
                        LockScope.TRANSACTION,
                        LockScope.SESSION,
                        LockScope.TRANSACTION,
                        LockScope.SESSION,
                        LockScope.SESSION);
    }

    @Test
    void whereItWaited() throws Exception {
        CountDownLatch hold = new CountDownLatch(1);
        CompletableFuture<Integer> holder = Application.async(() -> shop.locked("secret", () -> {
            HEARD.await(event -> event instanceof Acquired, 1);
            Application.await(hold);
            return 1;
        }));
        HEARD.await(Acquired.class);
        AtomicReference<Thread> thread = new AtomicReference<>();
        CompletableFuture<Integer> atTheGate = Application.async(() -> {
            thread.set(Thread.currentThread());
            return shop.locked("secret", () -> 1);
        });
        while (thread.get() == null) {
            Thread.onSpinWait();
        }
        Application.awaitBlocked(thread.get());
        hold.countDown();
        holder.get();
        atTheGate.get();
        CompletableFuture<Integer> inTheServer;
        CompletableFuture<Integer> inASession;
        try (Rival rival = Rival.holding(number("secret"), number("secret-2"))) {
            inTheServer = Application.async(() -> shop.locked("secret", () -> 1));
            Rival.awaitWaiter(number("secret"));
            inASession = Application.async(() -> night.outside("secret-2", () -> 1));
            Rival.awaitWaiter(number("secret-2"));
            rival.commit();
        }
        inTheServer.get();
        inASession.get();
        CompletableFuture<Integer> inLine;
        try (LockHandle handle = sessions.acquire("secret")) {
            thread.set(null);
            inLine = Application.async(() -> {
                thread.set(Thread.currentThread());
                return night.outside("secret", () -> 1);
            });
            while (thread.get() == null) {
                Thread.onSpinWait();
            }
            Application.awaitParked(thread.get());
            assertThat(handle.isHeld()).isTrue();
        }
        inLine.get();
        assertThat(HEARD.events(Acquired.class))
                .extracting(Acquired::where)
                .containsExactlyInAnyOrder(
                        WaitPlace.NONE,
                        WaitPlace.GATE,
                        WaitPlace.SERVER,
                        WaitPlace.SERVER,
                        WaitPlace.NONE,
                        WaitPlace.GATE);
    }

    @Test
    void ofADeadlock() throws Exception {
        Party bothHold = Party.of(2);
        CompletableFuture<Throwable> one = failure(() -> shop.locked("secret-1", () -> {
            bothHold.attend();
            return shop.locked("secret-2", () -> 1);
        }));
        CompletableFuture<Throwable> other = failure(() -> shop.locked("secret-2", () -> {
            bothHold.attend();
            return shop.locked("secret-1", () -> 1);
        }));
        bothHold.awaitGuests();
        bothHold.letGo();
        assertThat(List.of(String.valueOf(one.get()), String.valueOf(other.get())))
                .filteredOn(text -> text.contains(LockDeadlockException.class.getSimpleName()))
                .hasSize(1);
        assertThat(HEARD.events(Acquired.class)).hasSize(3);
        assertThat(HEARD.events(Released.class)).hasSize(3);
        assertThat(HEARD.events(NotAcquired.class))
                .extracting(NotAcquired::outcome)
                .containsExactly(LockOutcome.DEADLOCK);
    }

    @Test
    void ofAnInterrupt() throws Exception {
        try (Rival rival = Rival.holding(number("secret"))) {
            Thread.currentThread().interrupt();
            assertThat(catchThrowable(() -> shop.locked("secret", () -> 1))).isInstanceOf(AdvisoryLockException.class);
            assertThat(Thread.interrupted()).isTrue();
            Thread.currentThread().interrupt();
            assertThat(catchThrowable(() -> sessions.acquire("secret"))).isInstanceOf(AdvisoryLockException.class);
            assertThat(Thread.interrupted()).isTrue();
            rival.commit();
        }
        assertThat(HEARD.events(NotAcquired.class))
                .extracting(NotAcquired::outcome)
                .containsExactly(LockOutcome.INTERRUPTED, LockOutcome.INTERRUPTED);
    }

    @Test
    void ofRefusals() {
        assertThat(catchThrowable(() -> shop.locked(null, () -> 1))).isInstanceOf(LockKeyException.class);
        assertThat(catchThrowable(() -> night.outside(null, () -> 1))).isInstanceOf(LockKeyException.class);
        assertThat(catchThrowable(() -> shop.outside("secret", () -> 1))).hasMessageContaining("ADVLOCK-0301");
        assertThat(catchThrowable(() -> locks.acquire("secret"))).hasMessageContaining("ADVLOCK-0301");
        assertThat(catchThrowable(() -> locks.acquire(LockRequest.of("secret").inOrder())))
                .isInstanceOf(LockKeyException.class);
        assertThat(catchThrowable(() -> shop.locked("secret", () -> shop.anew("secret", () -> 1))))
                .hasMessageContaining("ADVLOCK-0111");
        assertThat(HEARD.events(NotAcquired.class))
                .extracting(NotAcquired::outcome)
                .hasSize(6)
                .containsOnly(LockOutcome.REFUSED);
    }

    @Test
    void ofRetries() throws Exception {
        try (Rival rival = Rival.holding(number("secret"))) {
            CompletableFuture<Integer> result = Application.async(() -> shop.again("secret", () -> 1));
            HEARD.await(Retried.class);
            rival.commit();
            result.get();
        }
        List<Retried> retries = HEARD.events(Retried.class);
        assertThat(retries).element(0).isEqualTo(new Retried("{key}", LockScope.TRANSACTION, LockMode.EXCLUSIVE, 1, 1));
        assertThat(HEARD.events(NotAcquired.class)).hasSameSizeAs(retries);
        assertThat(HEARD.kinds()).endsWith("NotAcquired Retried Acquired Released");
    }

    private static void endBackend(int pid) throws SQLException {
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_terminate_backend(" + pid + ", 30000)");
        }
    }

    private int ownBackend() throws SQLException {
        try (Connection connection = application.jta().dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT pg_backend_pid()")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Test
    void ofATransactionWhoseConnectionHasEnded() {
        assertThat(catchThrowable(() -> shop.locked("secret", () -> {
                    endBackend(ownBackend());
                    return ownBackend();
                })))
                .isNotNull();
        assertThat(HEARD.kinds()).isEqualTo("Acquired Lost");
        assertThat(HEARD.events(Lost.class).get(0).scope()).isEqualTo(LockScope.TRANSACTION);
    }

    @Test
    void ofACommitThatFindsItsConnectionEnded() {
        assertThat(catchThrowable(() -> shop.locked("secret", () -> {
                    endBackend(ownBackend());
                    return 1;
                })))
                .isNotNull();
        assertThat(HEARD.kinds()).isEqualTo("Acquired Lost");
    }

    @Test
    void ofASessionLock() throws Exception {
        night.round("secret", () -> {
            assertThat(HEARD.kinds()).isEqualTo("Acquired");
            return night.outside("secret", () -> 1);
        });
        assertThat(HEARD.kinds()).isEqualTo("Acquired Released");
        assertThat(HEARD.events(Released.class).get(0).lock()).isEqualTo("{key}");
        assertThat(HEARD.events(Released.class).get(0).scope()).isEqualTo(LockScope.SESSION);
    }

    @Test
    @SuppressWarnings("LockNotBeforeTry")
    void ofSessionLocksInCode() {
        LockHandle first = sessions.acquire("secret");
        LockHandle again = sessions.acquire(LockRequest.of("secret").and("secret-2"));
        first.close();
        assertThat(HEARD.kinds()).isEqualTo("Acquired Acquired");
        again.close();
        assertThat(HEARD.kinds()).isEqualTo("Acquired Acquired Released Released");
        assertThat(HEARD.events()).extracting(LockEvent::lock).containsOnly(HERE + "ofSessionLocksInCode");
        Lock view = sessions.lock("secret");
        view.lock();
        view.lock();
        view.unlock();
        assertThat(HEARD.events()).hasSize(5);
        view.unlock();
        assertThat(HEARD.events()).hasSize(6);
    }

    /** It was held longer than the call took. */
    @Test
    void ofALockThatOutlastsItsCall() throws Exception {
        assertThat(night.once("secret")).isTrue();
        assertThat(HEARD.kinds()).isEqualTo("Acquired");
        assertThat(HEARD.await(Released.class).held()).isGreaterThan(Duration.ofMillis(800));
    }

    @Test
    void ofPermits() throws Exception {
        night.twoAtOnce("secret", () -> night.twoAtOnce("secret", () -> 1));
        shop.twoAtOnce("secret", () -> 1);
        assertThat(HEARD.kinds()).isEqualTo("Acquired Released Acquired Released");
        assertThat(HEARD.events()).extracting(LockEvent::permits).containsOnly(2);
    }

    @Test
    void ofALostSessionLock() throws Exception {
        assertThat(catchThrowable(() -> night.outside("secret", () -> {
                    endBackend(application.monitor().locks().get(0).pid());
                    HEARD.await(Lost.class);
                    return 1;
                })))
                .isNotNull();
        assertThat(HEARD.kinds()).isEqualTo("Acquired Lost");
        assertThat(HEARD.events(Lost.class).get(0).lock()).isEqualTo("{key}");
    }

    @Test
    void ofAnElection() throws Exception {
        Leadership leadership = application.get(LeaderElection.class).stand("sync", new LeadershipListener() {
            @Override
            public void elected(long term) {}

            @Override
            public void revoked(long term) {}
        });
        long term = HEARD.await(Elected.class).term();
        assertThat(leadership.term()).isEqualTo(term);
        leadership.close();
        Revoked revoked = HEARD.await(Revoked.class);
        assertThat(revoked).isEqualTo(new Revoked("sync", term, revoked.held()));
        assertThat(HEARD.kinds()).isEqualTo("Elected Revoked");
    }

    /** Only the thread that it blocks waits for it. */
    @Test
    void whileAnotherListenerBlocks() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(4);
        Ear.also = event -> {
            if (Thread.currentThread().getName().startsWith("blocked")) {
                blocked.countDown();
                Application.await(go);
            }
        };
        List<CompletableFuture<Integer>> slow = List.of(
                named("blocked-1", () -> shop.locked("secret-1", () -> 1)),
                named("blocked-2", () -> night.outside("secret-2", () -> 1)),
                named("blocked-3", () -> shop.locked("secret-3", () -> 1)),
                named("blocked-4", () -> night.outside("secret-4", () -> 1)));
        Application.await(blocked);
        // Their locks are held, and all others are free.
        assertThat(shop.once("secret-1")).isEmpty();
        assertThat(sessions.tryAcquire("secret-2", Duration.ZERO)).isEmpty();
        assertThat(shop.locked("secret-5", () -> 1)).isOne();
        assertThat(night.outside("secret-6", () -> 1)).isOne();
        go.countDown();
        for (CompletableFuture<Integer> one : slow) {
            assertThat(one.get()).isOne();
        }
        assertThat(HEARD.events(Released.class)).hasSize(6);
    }

    private static CompletableFuture<Integer> named(String name, Callable<Integer> work) {
        return Application.async(() -> {
            Thread.currentThread().setName(name);
            return work.call();
        });
    }

    @Test
    void ofNothingThatAListenerLocks() throws Exception {
        Ear ear = application.get(Ear.class);
        Ear.also = event -> {
            if (event instanceof Acquired) {
                ear.locks().acquire("secret-of-the-listener");
                sessions.acquire("secret-session").close();
            }
        };
        shop.locked("secret", () -> {
            try (Rival rival = Rival.open()) {
                return assertThat(rival.tryLock(number("secret-of-the-listener")))
                        .isFalse();
            }
        });
        assertThat(HEARD.kinds()).isEqualTo("Acquired Released");
    }

    @Test
    void ofAFailedCommit() throws Exception {
        application.jta().transactionManager().begin();
        locks.acquire("secret");
        application.jta().transactionManager().setRollbackOnly();
        assertThat(catchThrowable(() -> application.jta().transactionManager().commit()))
                .isNotNull();
        assertThat(HEARD.kinds()).isEqualTo("Acquired Released");
    }
}
