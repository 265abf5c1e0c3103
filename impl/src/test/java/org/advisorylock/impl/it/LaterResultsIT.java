package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Specializes;
import jakarta.inject.Inject;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Transactional;
import jakarta.transaction.UserTransaction;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockLostException;
import org.advisorylock.LockScope;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.impl.cdi.StageProbe;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Work that goes on after its method has returned is guarded to its end, or refused. */
@ExtendWith(NoLockLeft.class)
class LaterResultsIT {

    /** Returns its argument. */
    @ApplicationScoped
    public static class Desk {
        @Transactional
        @AdvisoryLock("{0}")
        public CompletionStage<String> inTransaction(String key, CompletableFuture<String> result) {
            return result;
        }

        @Transactional
        @AdvisoryLock("{0}")
        public <T> T any(String key, T result) {
            return result;
        }

        @AdvisoryLock(value = "{0}", scope = LockScope.SESSION)
        public CompletionStage<String> inSession(String key, CompletableFuture<String> result) {
            return result;
        }

        @Transactional
        @AdvisoryLock("{0}")
        public Uni<String> uniInTransaction(String key, AtomicBoolean called) {
            called.set(true);
            return Uni.createFrom().item("done");
        }

        @AdvisoryLock(value = "{0}", scope = LockScope.SESSION)
        public Uni<String> uniInSession(String key, CompletableFuture<String> result, AtomicInteger runs) {
            return Uni.createFrom().completionStage(() -> {
                runs.incrementAndGet();
                return result;
            });
        }

        @AdvisoryLock(value = "{0}", scope = LockScope.SESSION)
        public <T> T anyInSession(String key, T result) {
            return result;
        }

        @AdvisoryLock(value = "{0}", scope = LockScope.SESSION, accessTimeout = AdvisoryLock.IMMEDIATE)
        public boolean atOnce(String key) {
            return true;
        }
    }

    /** Calls it. */
    @ApplicationScoped
    public static class CallingBean {
        @Inject
        Desk desk;

        @Transactional
        public void leave(CompletableFuture<String> result) {
            desk.inTransaction("k", result);
        }

        @Transactional
        public CompletionStage<String> await(CompletableFuture<String> result) {
            return desk.inTransaction("k", result).thenApply(text -> text + "!");
        }

        @Transactional
        public void leaveSession(CompletableFuture<String> result, Runnable inside) {
            CompletionStage<String> stage = desk.inSession("k", result);
            desk.atOnce("k");
            inside.run();
            assertThat(stage).isNotNull();
        }
    }

    /** A runtime like Payara: the transaction ends when the method returns. */
    @Specializes
    @ApplicationScoped
    public static class EndsWithTheMethod extends StageProbe {
        @Override
        public CompletionStage<Boolean> begin(Runnable inside, CompletableFuture<Boolean> work) {
            UserTransaction transaction = com.arjuna.ats.jta.UserTransaction.userTransaction();
            try {
                transaction.begin();
                inside.run();
                transaction.commit();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            return work;
        }
    }

    private static final long KEY = AdvisoryLockKey.of("k", KeyHash.MD5).number();

    private Application application;
    private Desk desk;

    @BeforeEach
    void start() {
        application = Application.of(Desk.class, CallingBean.class);
        desk = application.get(Desk.class);
    }

    @AfterEach
    void stop() {
        application.close();
    }

    private static boolean isFree() {
        try (Rival rival = Rival.open()) {
            return rival.tryLock(KEY);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aStageKeepsTheTransactionAndItsLockWhereTheRuntimeDoes() {
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> result = desk.inTransaction("k", work).toCompletableFuture();
        assertThat(isFree()).isFalse();
        work.complete("done");
        assertThat(result.join()).isEqualTo("done");
        assertThat(isFree()).isTrue();
    }

    @Test
    void aStageOfAnUndeclaredTypeIsTheSame() {
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> result = desk.any("k", work);
        assertThat(isFree()).isFalse();
        work.complete("done");
        assertThat(result.join()).isEqualTo("done");
        assertThat(isFree()).isTrue();
    }

    @Test
    void aStageIsRefusedWhereTheRuntimeDoesNotKeepTheTransaction() {
        application.close();
        application = Application.of(Desk.class, EndsWithTheMethod.class);
        Desk desk = application.get(Desk.class);
        CompletableFuture<String> done = CompletableFuture.completedFuture("done");
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> desk.inTransaction("k", done))
                .withMessageContainingAll("ADVLOCK-0331", "SESSION");
        assertThat(desk.any("k", done).join()).isEqualTo("done");
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> desk.any("k", new CompletableFuture<String>()))
                .withMessageContaining("ADVLOCK-0330");
        assertThat(desk.inSession("k", done)).isSameAs(done);
    }

    @Test
    void aTransactionThatEndsBeforeTheStageDoesNotCommit() {
        CompletableFuture<String> work = new CompletableFuture<>();
        assertThatExceptionOfType(Exception.class)
                .isThrownBy(() -> application.get(CallingBean.class).leave(work))
                .satisfies(e -> assertThat(e).hasStackTraceContaining(RollbackException.class.getName()));
        assertThat(isFree()).isTrue();
        CompletableFuture<String> other = new CompletableFuture<>();
        CompletableFuture<String> result =
                application.get(CallingBean.class).await(other).toCompletableFuture();
        assertThat(isFree()).isFalse();
        other.complete("done");
        assertThat(result.join()).isEqualTo("done!");
        assertThat(isFree()).isTrue();
    }

    @Test
    void anUndeclaredFutureIsRefusedUnlessItIsDone() {
        Future<String> open = new FutureTask<>(() -> "open");
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> desk.any("k", open))
                .withMessageContaining("ADVLOCK-0330");
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> desk.anyInSession("k", open))
                .withMessageContaining("ADVLOCK-0330");
        FutureTask<String> done = new FutureTask<>(() -> "done");
        done.run();
        assertThat(desk.any("k", done)).isSameAs(done);
        assertThat(desk.any("k", "text")).isEqualTo("text");
        assertThat(isFree()).isTrue();
    }

    @Test
    void aSessionLockIsHeldUntilTheStageIsCompleteAndBelongsToNoThread() {
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> result = desk.inSession("k", work).toCompletableFuture();
        assertThat(isFree()).isFalse();
        assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> desk.atOnce("k"));
        work.complete("done");
        assertThat(result.join()).isEqualTo("done");
        assertThat(isFree()).isTrue();
        assertThat(desk.atOnce("k")).isTrue();
    }

    @Test
    void aStageThatFailsOrIsThereFreesItAsWell() {
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> result = desk.anyInSession("k", work);
        work.completeExceptionally(new IllegalStateException("failed"));
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(result::join)
                .withMessageContaining("failed");
        assertThat(isFree()).isTrue();
        CompletableFuture<String> there = CompletableFuture.completedFuture("there");
        assertThat(desk.inSession("k", there)).isSameAs(there);
        assertThat(isFree()).isTrue();
    }

    @Test
    void aUniInATransactionIsRefusedWhereTheRuntimeDoesNotKnowIt() {
        AtomicBoolean called = new AtomicBoolean();
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> desk.uniInTransaction("k", called))
                .withMessageContainingAll("ADVLOCK-0331", "Uni", "SESSION");
        assertThat(called).isFalse();
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> desk.any("k", Uni.createFrom().item("done")))
                .withMessageContaining("ADVLOCK-0330");
        assertThat(isFree()).isTrue();
    }

    @Test
    void aUniOfASessionHoldsTheLockUntilItCompletesAndWorksOnce() {
        CompletableFuture<String> work = new CompletableFuture<>();
        AtomicInteger runs = new AtomicInteger();
        Uni<String> result = desk.uniInSession("k", work, runs);
        assertThat(isFree()).isFalse();
        assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> desk.atOnce("k"));
        work.complete("done");
        assertThat(isFree()).isTrue();
        assertThat(result.await().indefinitely()).isEqualTo("done");
        assertThat(result.await().indefinitely()).isEqualTo("done");
        assertThat(runs).hasValue(1);
    }

    @Test
    void aUniThatFailsFreesTheLock() {
        CompletableFuture<String> work = new CompletableFuture<>();
        Uni<String> result = desk.uniInSession("k", work, new AtomicInteger());
        assertThat(isFree()).isFalse();
        work.completeExceptionally(new IllegalStateException("failed"));
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> result.await().indefinitely())
                .withMessage("failed");
        assertThat(isFree()).isTrue();
    }

    @Test
    void inATransactionOfTheCallerUntilBothHaveEnded() {
        CompletableFuture<String> work = new CompletableFuture<>();
        CallingBean caller = application.get(CallingBean.class);
        caller.leaveSession(work, () -> assertThat(isFree()).isFalse());
        assertThat(isFree()).isFalse();
        assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> desk.atOnce("k"));
        work.complete("done");
        assertThat(isFree()).isTrue();

        CompletableFuture<String> sooner = new CompletableFuture<>();
        caller.leaveSession(sooner, () -> {
            sooner.complete("done");
            assertThat(isFree()).isFalse();
        });
        assertThat(isFree()).isTrue();
    }

    @Test
    void theLossOfASessionLockFailsTheStage() throws SQLException {
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> result = desk.inSession("k", work).toCompletableFuture();
        try (Rival rival = Rival.open();
                Statement statement = rival.connection().createStatement()) {
            statement.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'");
        }
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(result::join)
                .withCauseInstanceOf(LockLostException.class);
        work.complete("too late");
    }
}
