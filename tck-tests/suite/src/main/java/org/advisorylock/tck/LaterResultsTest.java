package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockScope;
import org.advisorylock.LockTimeoutException;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** Work that goes on when its method has returned. */
@Locking
class LaterResultsTest extends ContractTest {

    private static final AtomicInteger CALLS = new AtomicInteger();

    /** The bean under test. */
    @ApplicationScoped
    public static class LaterDesk {
        /** Declares what comes later. */
        @Transactional
        @AdvisoryLock("later:{0}")
        public CompletionStage<String> declared(int id, CompletableFuture<String> result) {
            CALLS.incrementAndGet();
            return result;
        }

        /** Does not declare it. */
        @Transactional
        @AdvisoryLock("later:{0}")
        public <T> T any(int id, T result) {
            return result;
        }

        /** Round the work. */
        @AdvisoryLock(value = "later:{0}", scope = LockScope.SESSION)
        public CompletionStage<String> session(int id, CompletableFuture<String> result) {
            return result;
        }

        /** Does not wait. */
        @AdvisoryLock(value = "later:{0}", scope = LockScope.SESSION, accessTimeout = AdvisoryLock.IMMEDIATE)
        public boolean atOnce(int id) {
            return true;
        }
    }

    @Inject
    LaterDesk desk;

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(LaterResultsTest.class);
    }

    @Override
    protected void prepare() {
        CALLS.set(0);
    }

    @Test
    @Assertion("LATER-01")
    void aStageKeepsTheLockOrTheMethodIsNotCalled() {
        CompletableFuture<String> task = new CompletableFuture<>();
        CompletableFuture<String> result;
        try {
            result = desk.declared(1, task).toCompletableFuture();
        } catch (LockGuardException refused) {
            assertThat(CALLS).hasValue(0);
            assertThat(database.locks()).isEmpty();
            return;
        }
        assertThat(database.locks()).isNotEmpty();
        task.complete("done");
        assertThat(result.join()).isEqualTo("done");
        database.awaitHeld(key("later:1"), false);
    }

    @Test
    @Assertion("LATER-02")
    void aResultOfAnUndeclaredTypeThatComesLaterIsRefused() {
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> desk.any(2, new FutureTask<>(() -> "open")));
        FutureTask<String> done = new FutureTask<>(() -> "done");
        done.run();
        assertThat(desk.any(2, done)).isSameAs(done);
    }

    @Test
    @Assertion("LATER-03")
    void aSessionLockIsHeldUntilTheStageIsCompleteAndBelongsToNoThread() {
        CompletableFuture<String> task = new CompletableFuture<>();
        CompletableFuture<String> result = desk.session(3, task).toCompletableFuture();
        database.awaitHeld(key("later:3"), true);
        assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> desk.atOnce(3));
        task.complete("done");
        assertThat(result.join()).isEqualTo("done");
        database.awaitHeld(key("later:3"), false);
        assertThat(desk.atOnce(3)).isTrue();
    }
}
