package org.advisorylock.tck.quarkus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockScope;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.tck.ContractTest;
import org.advisorylock.tck.Deployments;
import org.advisorylock.tck.Locking;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** A Uni keeps its lock until it completes, and does its work once. */
@Locking
class UniIT extends ContractTest {

    private static final AtomicInteger SUBSCRIPTIONS = new AtomicInteger();

    /** Returns what comes later. */
    @ApplicationScoped
    public static class UniDesk {
        /** In a transaction. */
        @Transactional
        @AdvisoryLock("uni:{0}")
        public Uni<String> inTransaction(int id, CompletableFuture<String> work) {
            return uni(work);
        }

        /** Around the work. */
        @AdvisoryLock(value = "uni:{0}", scope = LockScope.SESSION)
        public Uni<String> inSession(int id, CompletableFuture<String> work) {
            return uni(work);
        }

        /** Does not say what it returns. */
        @Transactional
        @AdvisoryLock("uni:{0}")
        public Object undeclared(int id, Object result) {
            return result;
        }

        /** Does not wait. */
        @AdvisoryLock(value = "uni:{0}", scope = LockScope.SESSION, accessTimeout = AdvisoryLock.IMMEDIATE)
        public boolean atOnce(int id) {
            return true;
        }

        private static Uni<String> uni(CompletableFuture<String> work) {
            return Uni.createFrom()
                    .completionStage(work)
                    .onSubscription()
                    .invoke(() -> SUBSCRIPTIONS.incrementAndGet());
        }
    }

    @Inject
    UniDesk desk;

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(UniIT.class);
    }

    @Override
    protected void prepare() {
        SUBSCRIPTIONS.set(0);
    }

    @Test
    void ofATransactionHoldsTheLockUntilItCompletes() {
        CompletableFuture<String> work = new CompletableFuture<>();
        Uni<String> result = desk.inTransaction(1, work);
        requireHeldUntilComplete(1, result, work);
    }

    @Test
    void ofASessionHoldsTheLockUntilItCompletes() {
        CompletableFuture<String> work = new CompletableFuture<>();
        Uni<String> result = desk.inSession(2, work);
        requireHeldUntilComplete(2, result, work);
    }

    private void requireHeldUntilComplete(int id, Uni<String> result, CompletableFuture<String> work) {
        assertThat(database.heldKeys()).containsExactly(key("uni:" + id));
        assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> desk.atOnce(id));
        work.complete("done");
        assertThat(result.await().indefinitely()).isEqualTo("done");
        database.awaitHeld(key("uni:" + id), false);
        assertThat(result.await().indefinitely()).isEqualTo("done");
        assertThat(SUBSCRIPTIONS).as("runs of the work").hasValue(1);
        assertThat(desk.atOnce(id)).isTrue();
    }

    @Test
    void thatFailsFreesTheLock() {
        CompletableFuture<String> work = new CompletableFuture<>();
        Uni<String> inTransaction = desk.inTransaction(3, work);
        Uni<String> inSession = desk.inSession(4, work);
        assertThat(database.heldKeys()).containsExactlyInAnyOrder(key("uni:3"), key("uni:4"));
        work.completeExceptionally(new IllegalStateException("on purpose"));
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> inTransaction.await().indefinitely())
                .withMessage("on purpose");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> inSession.await().indefinitely())
                .withMessage("on purpose");
        database.awaitHeld(key("uni:3"), false);
        database.awaitHeld(key("uni:4"), false);
    }

    @Test
    void thatIsNotDeclaredHoldsTheLockToo() {
        CompletableFuture<String> work = new CompletableFuture<>();
        @SuppressWarnings("unchecked")
        Uni<String> result = (Uni<String>) desk.undeclared(5, UniDesk.uni(work));
        requireHeldUntilComplete(5, result, work);
    }

    @Test
    void butAMultiThatIsNotDeclaredIsRefused() {
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> desk.undeclared(6, Multi.createFrom().items(1, 2)))
                .withMessageStartingWith("ADVLOCK-0330");
    }
}
