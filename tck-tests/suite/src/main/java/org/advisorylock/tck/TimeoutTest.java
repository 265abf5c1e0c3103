package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockInfo;
import org.advisorylock.LockMode;
import org.advisorylock.LockTimeoutException;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** What a timeout reports, and what it leaves unchanged. */
@Locking
class TimeoutTest extends ContractTest {

    private static final int MILLIS = 120;

    /**
     * The bean under test. It has no @Transactional, because that would roll the transaction of the caller back at each
     * exception.
     */
    @ApplicationScoped
    public static class TimedJobs {

        /** Tries once. */
        @AdvisoryLock(value = "job:{id}", accessTimeout = AdvisoryLock.IMMEDIATE)
        public void immediate(int id) {}

        /** Waits a little. */
        @AdvisoryLock(value = "job:{id}", accessTimeout = MILLIS, unit = TimeUnit.MILLISECONDS)
        public void shortly(int id) {}

        /** Waits a little, for two keys. */
        @AdvisoryLock(
                value = {"job:{id}", "job:{other}"},
                accessTimeout = MILLIS,
                unit = TimeUnit.MILLISECONDS)
        public void shortlyForTwo(int id, int other) {}
    }

    @Inject
    TimedJobs jobs;

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(TimeoutTest.class);
    }

    @Override
    protected void prepare() {
        database.executeOutside("DROP TABLE IF EXISTS tck_timeout");
        database.executeOutside("CREATE TABLE tck_timeout (id integer)");
    }

    @Override
    protected void cleanUp() {
        database.executeOutside("DROP TABLE tck_timeout");
    }

    private static LockTimeoutException timeout(Task call) {
        try {
            call.run();
        } catch (LockTimeoutException e) {
            return e;
        } catch (Exception e) {
            throw new AssertionError("another exception than a timeout: " + e, e);
        }
        throw new AssertionError("no timeout");
    }

    @Test
    @Assertion("WAIT-05")
    void afterATimeoutTheTransactionGoesOnAndCommits() throws Exception {
        try (OtherHolder rival = OtherHolder.holding(database, "job:1")) {
            inTransaction(() -> {
                database.executeInside("INSERT INTO tck_timeout VALUES (1)");
                timeout(() -> jobs.shortly(1));
                database.executeInside("INSERT INTO tck_timeout VALUES (2)");
                timeout(() -> jobs.immediate(1));
                database.executeInside("INSERT INTO tck_timeout VALUES (3)");
            });
            assertThat(database.queryOutside("SELECT count(*) FROM tck_timeout"))
                    .isEqualTo("3");
            assertThat(rival.pid()).isPositive();
        }
    }

    @Test
    @Assertion("WAIT-06")
    void afterATimeoutTheLockTimeoutOfTheSessionIsWhatItWas() throws Exception {
        try (OtherHolder rival = OtherHolder.holding(database, "job:2")) {
            inTransaction(() -> {
                database.executeInside("SET LOCAL lock_timeout = '7s'");
                timeout(() -> jobs.shortly(2));
                assertThat(database.queryInside("SHOW lock_timeout")).isEqualTo("7s");
                rival.release();
                jobs.shortly(2);
                assertThat(database.heldKeys()).containsExactly(key("job:2"));
                assertThat(database.queryInside("SHOW lock_timeout")).isEqualTo("7s");
            });
        }
    }

    @Test
    @Assertion("WAIT-07")
    void afterATimeoutNoneOfSeveralKeysIsHeld() throws Exception {
        for (int busy = 3; busy <= 4; busy++) {
            try (OtherHolder rival = OtherHolder.holding(database, "job:" + busy)) {
                inTransaction(() -> {
                    timeout(() -> jobs.shortlyForTwo(3, 4));
                    rival.release();
                    assertThat(database.locks()).isEmpty();
                });
            }
        }
    }

    @Test
    @Assertion("WAIT-07")
    void afterATimeoutTheEarlierLocksOfTheTransactionStay() throws Exception {
        try (OtherHolder rival = OtherHolder.holding(database, "job:5")) {
            inTransaction(() -> {
                jobs.immediate(6);
                timeout(() -> jobs.shortlyForTwo(5, 7));
                rival.release();
                assertThat(database.heldKeys()).containsExactly(key("job:6"));
            });
        }
    }

    @Test
    @Assertion("ERR-01")
    void theExceptionTellsKeysTimeAndHolders() throws Exception {
        try (OtherHolder rival = OtherHolder.holding(database, "job:8")) {
            inTransaction(() -> {
                LockTimeoutException e = timeout(() -> jobs.shortlyForTwo(8, 9));
                assertThat(e).hasMessageStartingWith("ADVLOCK-").hasMessageContaining(String.valueOf(rival.pid()));
                assertThat(e.keys())
                        .containsExactlyElementsOf(
                                Stream.of(key("job:8"), key("job:9")).sorted().toList());
                assertThat(e.waited()).isBetween(Duration.ofMillis(MILLIS), Duration.ofSeconds(10));
                assertThat(e.holders()).singleElement().satisfies(holder -> assertIsHolder(holder, rival));
            });
        }
    }

    private static void assertIsHolder(LockInfo holder, OtherHolder rival) {
        assertThat(holder.key()).isEqualTo(key("job:8"));
        assertThat(holder.mode()).isEqualTo(LockMode.EXCLUSIVE);
        assertThat(holder.granted()).isTrue();
        assertThat(holder.pid()).isEqualTo(rival.pid());
    }

    @Test
    @Assertion("ERR-01")
    void theExceptionReachesTheCallerOfTheTransactionAsItIs() {
        try (OtherHolder rival = OtherHolder.holding(database, "job:10")) {
            assertThatExceptionOfType(LockTimeoutException.class)
                    .isThrownBy(() -> inTransaction(() -> jobs.immediate(10)))
                    .satisfies(e -> assertThat(e.keys()).containsExactly(key("job:10")));
            assertThat(rival.pid()).isPositive();
        }
    }
}
