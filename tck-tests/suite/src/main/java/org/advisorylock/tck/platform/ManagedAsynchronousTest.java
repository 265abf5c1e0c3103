package org.advisorylock.tck.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.tck.Assertion;
import org.advisorylock.tck.Call;
import org.advisorylock.tck.ContractTest;
import org.advisorylock.tck.Deployments;
import org.advisorylock.tck.Locking;
import org.advisorylock.tck.Rival;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** Asynchronous methods of CDI beans, by Jakarta Concurrency. */
@Locking
class ManagedAsynchronousTest extends ContractTest {

    @Inject
    Reports reports;

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(ManagedAsynchronousTest.class).addClass(Reports.class);
    }

    private static List<AdvisoryLockKey> resultOf(CompletionStage<List<AdvisoryLockKey>> report) throws Exception {
        return report.toCompletableFuture().get(60, TimeUnit.SECONDS);
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
        try (Rival rival = Rival.holding(database, "report:4")) {
            CompletionStage<List<AdvisoryLockKey>> report = reports.report(4);
            Call<List<AdvisoryLockKey>> reader = threads.start(() -> resultOf(report));
            database.awaitWaiter(key("report:4"), reader);
            assertThat(report.toCompletableFuture().isDone()).isFalse();
            rival.release();
            assertThat(reader.get()).containsExactly(key("report:4"));
        }
    }
}
