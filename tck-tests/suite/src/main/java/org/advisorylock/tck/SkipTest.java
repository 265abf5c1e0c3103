package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockMode;
import org.advisorylock.OnTimeout;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Methods that are not called if they cannot get their lock. */
@Locking
class SkipTest extends ContractTest {

    private static final AtomicInteger CALLS = new AtomicInteger();

    /** The bean under test. */
    @ApplicationScoped
    @Transactional
    @AdvisoryLock(value = "report", accessTimeout = AdvisoryLock.IMMEDIATE, onTimeout = OnTimeout.SKIP)
    public static class SkippedReports {

        /** Gives a text. */
        public @Nullable String text() {
            CALLS.incrementAndGet();
            return "text";
        }

        /** Gives a number that may be none. */
        public @Nullable Integer number() {
            CALLS.incrementAndGet();
            return 1;
        }

        /** Gives a truth. */
        public boolean truth() {
            CALLS.incrementAndGet();
            return true;
        }

        /** Gives a number or nothing. */
        public Optional<Integer> option() {
            CALLS.incrementAndGet();
            return Optional.of(1);
        }

        /** Gives nothing. */
        public void nothing() {
            CALLS.incrementAndGet();
        }

        /** Waits a little before it gives up. */
        @AdvisoryLock(value = "report", accessTimeout = 120, unit = TimeUnit.MILLISECONDS, onTimeout = OnTimeout.SKIP)
        public boolean later() {
            CALLS.incrementAndGet();
            return true;
        }
    }

    @Inject
    SkippedReports reports;

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(SkipTest.class);
    }

    @Override
    protected void prepare() {
        CALLS.set(0);
        database.executeOutside("DROP TABLE IF EXISTS tck_skip");
        database.executeOutside("CREATE TABLE tck_skip (id integer)");
    }

    @Override
    protected void cleanUp() {
        database.executeOutside("DROP TABLE tck_skip");
    }

    @Test
    @Assertion("WAIT-08")
    void aSkippedMethodIsNotCalledAndGivesNothing() {
        try (OtherHolder rival = OtherHolder.holding(database, "report")) {
            assertThat(reports.text()).isNull();
            assertThat(reports.number()).isNull();
            assertThat(reports.truth()).isFalse();
            assertThat(reports.option()).isEmpty();
            assertThat(reports.later()).isFalse();
            reports.nothing();
            assertThat(CALLS).hasValue(0);
            rival.release();
            assertThat(reports.option()).contains(1);
            reports.nothing();
            assertThat(CALLS).hasValue(2);
        }
    }

    @Test
    @Assertion("WAIT-08")
    void theTransactionOfASkippedMethodGoesOnAndCommits() throws Exception {
        try (OtherHolder rival = OtherHolder.holding(database, LockMode.SHARED, key("report"))) {
            inTransaction(() -> {
                database.executeInside("INSERT INTO tck_skip VALUES (1)");
                assertThat(reports.truth()).isFalse();
                assertThat(reports.later()).isFalse();
                database.executeInside("INSERT INTO tck_skip VALUES (2)");
            });
            assertThat(database.queryOutside("SELECT count(*) FROM tck_skip")).isEqualTo("2");
            assertThat(rival.pid()).isPositive();
        }
    }
}
