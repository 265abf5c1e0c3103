package org.advisorylock.tck.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.ejb.EJB;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.tck.Assertion;
import org.advisorylock.tck.BackgroundCall;
import org.advisorylock.tck.ContractTest;
import org.advisorylock.tck.Deployments;
import org.advisorylock.tck.Locking;
import org.advisorylock.tck.OtherHolder;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** Asynchronous methods of enterprise beans. */
@Locking
class AsynchronousTest extends ContractTest {

    @EJB
    Background background;

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(AsynchronousTest.class).addClass(Background.class);
    }

    @Test
    @Assertion("EJB-09")
    void theLockIsOfTheTransactionOfTheContainersThread() throws Exception {
        assertThat(background.report(1).get(60, TimeUnit.SECONDS)).containsExactly(key("report:1"));
        assertThat(database.awaitNone()).isEmpty();
        Throwable failure = catchThrowable(() -> background.broken(2).get(60, TimeUnit.SECONDS));
        assertThat(failure).hasStackTraceContaining("held [" + key("report:2") + "]");
        assertThat(database.awaitNone()).isEmpty();
    }

    @Test
    @Assertion("EJB-09")
    void itWaitsForItsLockAndItsCallerDoesNot() throws Exception {
        try (OtherHolder rival = OtherHolder.holding(database, "report:3")) {
            Future<List<AdvisoryLockKey>> report = background.report(3);
            BackgroundCall<List<AdvisoryLockKey>> reader = threads.start(() -> report.get(60, TimeUnit.SECONDS));
            database.awaitWaiter(key("report:3"), reader);
            assertThat(report.isDone()).isFalse();
            rival.release();
            assertThat(reader.get()).containsExactly(key("report:3"));
        }
    }
}
