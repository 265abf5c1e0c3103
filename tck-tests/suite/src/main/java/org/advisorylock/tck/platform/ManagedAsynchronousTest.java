package org.advisorylock.tck.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.enterprise.concurrent.Asynchronous;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.tck.Assertion;
import org.advisorylock.tck.BackgroundCall;
import org.advisorylock.tck.ContractTest;
import org.advisorylock.tck.Deployments;
import org.advisorylock.tck.Locking;
import org.advisorylock.tck.OtherHolder;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Asynchronous methods of CDI beans, by Jakarta Concurrency. */
@Locking
class ManagedAsynchronousTest extends ContractTest {

    @Inject
    ManagedReports reports;

    @Inject
    ScheduledRounds rounds;

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(ManagedAsynchronousTest.class).addClasses(ManagedReports.class, ScheduledRounds.class);
    }

    private static <T> T resultOf(@Nullable CompletionStage<T> report) throws Exception {
        return Objects.requireNonNull(report).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    @Assertion("THREAD-03")
    void theLockIsHeldInTheBodyAndFreeAfterwards() throws Exception {
        assertThat(resultOf(reports.report(1))).containsExactly(key("report:1"));
        assertThat(database.awaitNone()).isEmpty();
        assertThat(resultOf(reports.reportInSession(2))).containsExactly(key("report:2"));
        assertThat(database.awaitNone()).isEmpty();
        assertThat(catchThrowable(() -> resultOf(reports.broken(3))))
                .hasStackTraceContaining("held [" + key("report:3") + "]");
        assertThat(database.awaitNone()).isEmpty();
    }

    @Test
    @Assertion("THREAD-03")
    void itWaitsForItsLockAndItsCallerDoesNot() throws Exception {
        try (OtherHolder rival = OtherHolder.holding(database, "report:4")) {
            CompletionStage<List<AdvisoryLockKey>> report = reports.report(4);
            BackgroundCall<List<AdvisoryLockKey>> reader = threads.start(() -> resultOf(report));
            database.awaitWaiter(key("report:4"), reader);
            assertThat(report.toCompletableFuture().isDone()).isFalse();
            rival.release();
            assertThat(reader.get()).containsExactly(key("report:4"));
        }
    }

    @Test
    @Assertion("THREAD-04")
    void eachRunOfAScheduleHoldsTheLock() throws Exception {
        int runs = runs();
        assertThat(resultOf(rounds.inTransaction(5, runs))).isNotEmpty().allMatch(List.of(key("round:5"))::equals);
        assertThat(database.awaitNone()).isEmpty();
        assertThat(resultOf(rounds.inSession(6, runs))).isNotEmpty().allMatch(List.of(key("round:6"))::equals);
        assertThat(database.awaitNone()).isEmpty();
    }

    /**
     * How many runs to wait for: more than one only if a schedule without a lock repeats, as Jakarta EE 11 requires.
     */
    private int runs() throws Exception {
        if (Arrays.stream(Asynchronous.class.getMethods())
                .noneMatch(member -> member.getName().equals("runAt"))) {
            return 1;
        }
        try {
            Objects.requireNonNull(rounds.unlocked()).get(10, TimeUnit.SECONDS);
            return 3;
        } catch (TimeoutException ranOnce) {
            return 1;
        }
    }

    @Test
    @Assertion("THREAD-04")
    void aRunThatIsRefusedItsLockEndsTheSchedule() throws Exception {
        try (OtherHolder rival = OtherHolder.holding(database, "round:7")) {
            assertThat(catchThrowable(() -> resultOf(rounds.atOnce(7, 1)))).hasStackTraceContaining("ADVLOCK-0101");
            rival.release();
        }
        assertThat(database.awaitNone()).isEmpty();
    }
}
