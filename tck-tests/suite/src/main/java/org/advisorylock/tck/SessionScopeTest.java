package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockLostException;
import org.advisorylock.LockScope;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.OnTimeout;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** Locks that are held during a whole call. */
@Locking
class SessionScopeTest extends ContractTest {

    /** The bean under test. */
    @ApplicationScoped
    public static class SessionScopeJobs {

        /** Without a transaction. */
        @AdvisoryLock(value = "job:{id}", scope = LockScope.SESSION)
        public <T> T outside(int id, Callable<T> work) throws Exception {
            return work.call();
        }

        /** With one inside. */
        @Transactional(rollbackOn = Exception.class)
        @AdvisoryLock(value = "job:{id}", scope = LockScope.SESSION)
        public <T> T round(int id, Callable<T> work) throws Exception {
            return work.call();
        }

        /** Always with one of its own. */
        @Transactional(TxType.REQUIRES_NEW)
        @AdvisoryLock(value = "job:{id}", scope = LockScope.SESSION)
        public <T> T anew(int id, Callable<T> work) throws Exception {
            return work.call();
        }

        /** Only if nobody else does it. */
        @AdvisoryLock(
                value = "job:{id}",
                scope = LockScope.SESSION,
                accessTimeout = AdvisoryLock.IMMEDIATE,
                onTimeout = OnTimeout.SKIP,
                holdAtLeast = 1)
        public boolean once(int id) {
            return true;
        }

        /** Not for long. */
        @AdvisoryLock(value = "job:{id}", scope = LockScope.SESSION, accessTimeout = 100, unit = TimeUnit.MILLISECONDS)
        public boolean soon(int id) {
            return true;
        }
    }

    @Inject
    SessionScopeJobs jobs;

    @Deployment
    static WebArchive deployment() {
        // Connections die here, and a pool without validation would hand them to other tests.
        return Deployments.of(
                SessionScopeTest.class,
                "advisorylock.session.heartbeat=PT1S\nadvisorylock.session.datasource=" + SecondDataSource.NAME);
    }

    @Override
    protected void prepare() {
        database.executeOutside("DROP TABLE IF EXISTS tck_session");
        database.executeOutside("CREATE TABLE tck_session (n integer)");
        database.executeOutside("INSERT INTO tck_session VALUES (0)");
    }

    @Override
    protected void cleanUp() {
        database.executeOutside("DROP TABLE tck_session");
    }

    @Test
    @Assertion("SCOPE-01")
    void isHeldWhileTheMethodRunsWithAndWithoutATransaction() throws Exception {
        assertThat(jobs.outside(1, database::heldKeys)).containsExactly(key("job:1"));
        assertThat(database.locks()).isEmpty();
        assertThat(jobs.round(1, database::heldKeys)).containsExactly(key("job:1"));
        assertThat(database.locks()).isEmpty();
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> jobs.outside(1, () -> {
                    throw new IllegalStateException("on purpose");
                }));
        assertThat(database.locks()).isEmpty();
    }

    @Test
    @Assertion("SCOPE-02")
    void inTheTransactionOfTheCallerIsHeldUntilThatHasEnded() throws Exception {
        inTransaction(() -> {
            jobs.round(1, () -> 1);
            jobs.anew(2, () -> 1);
            assertThat(database.heldKeys()).containsExactly(key("job:1"));
        });
        assertThat(database.awaitNone()).isEmpty();
    }

    @Test
    @Assertion("SCOPE-03")
    void aMethodInRepeatableReadReadsWhatTheLastHolderCommitted() throws Exception {
        List<BackgroundCall<Integer>> calls = new ArrayList<>();
        for (int caller = 0; caller < 4; caller++) {
            calls.add(threads.start(() -> {
                int done = 0;
                for (int time = 0; time < 25; time++) {
                    done += jobs.round(1, this::increment);
                }
                return done;
            }));
        }
        for (BackgroundCall<Integer> call : calls) {
            assertThat(call.get()).isEqualTo(25);
        }
        assertThat(database.queryOutside("SELECT n FROM tck_session")).isEqualTo("100");
    }

    private int increment() {
        database.executeInside("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
        int read = Integer.parseInt(database.queryInside("SELECT n FROM tck_session"));
        database.executeInside("UPDATE tck_session SET n = " + (read + 1));
        return 1;
    }

    @Test
    @Assertion("SCOPE-04")
    void aCallThatJoinsATransactionWithAnOldSnapshotIsRefused() {
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> inTransaction(() -> {
                    database.executeInside("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
                    database.queryInside("SELECT n FROM tck_session");
                    jobs.round(1, () -> 1);
                }));
    }

    @Test
    @Assertion("SCOPE-05")
    void aJobThatIsDoneQuicklyIsNotRunAgainAtOnce() throws Exception {
        assertThat(jobs.once(1)).isTrue();
        assertThat(jobs.once(1)).isFalse();
        assertThat(threads.run(() -> jobs.once(1))).isFalse();
        assertThat(database.heldKeys()).containsExactly(key("job:1"));
        jobs.outside(1, () -> 1);
    }

    @Test
    @Assertion("SCOPE-06")
    void aCallWhoseLockIsBusyIsRefusedOrSkipped() {
        try (OtherHolder rival = OtherHolder.holding(database, "job:1")) {
            assertThat(rival.pid()).isPositive();
            assertThat(jobs.once(1)).isFalse();
            assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> jobs.soon(1));
        }
        assertThat(jobs.soon(1)).isTrue();
    }

    @Test
    @Assertion("SCOPE-07")
    void aCallWhoseLockWasLostThrows() {
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(() -> jobs.outside(1, () -> {
                    database.queryOutside("SELECT pg_catalog.pg_terminate_backend("
                            + database.locks().get(0).pid() + ")");
                    // Another thread waits for the same key inside this JVM, and is served when the loss is known.
                    return threads.run(() -> jobs.outside(1, () -> 1));
                }));
    }
}
