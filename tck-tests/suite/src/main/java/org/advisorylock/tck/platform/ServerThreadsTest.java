package org.advisorylock.tck.platform;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.tck.Assertion;
import org.advisorylock.tck.ContractTest;
import org.advisorylock.tck.Deployments;
import org.advisorylock.tck.Locking;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** Threads of the server, and others. */
@Locking
class ServerThreadsTest extends ContractTest {

    /** The bean under test. */
    @ApplicationScoped
    public static class ThreadJobs {
        /** Locked. */
        @Transactional
        @AdvisoryLock("job:{id}")
        public <T> T run(int id, Callable<T> work) throws Exception {
            return work.call();
        }
    }

    /** What a server has. A bean of its own, because not every runner fills the resources of a test class. */
    @Dependent
    public static class ServerThreads {
        @Resource
        ManagedExecutorService executor;

        @Resource
        ManagedScheduledExecutorService scheduler;

        @Resource
        ManagedThreadFactory factory;
    }

    @Inject
    ThreadJobs jobs;

    @Inject
    ServerThreads server;

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(ServerThreadsTest.class);
    }

    @Test
    @Assertion("THREAD-01")
    void aThreadOfTheServerHoldsItsLock() throws Exception {
        Callable<List<AdvisoryLockKey>> job = () -> jobs.run(1, database::heldKeys);
        assertThat(server.executor.submit(job).get(60, TimeUnit.SECONDS)).containsExactly(key("job:1"));
        assertThat(server.scheduler.schedule(job, 1, TimeUnit.MILLISECONDS).get(60, TimeUnit.SECONDS))
                .containsExactly(key("job:1"));
        FutureTask<List<AdvisoryLockKey>> task = new FutureTask<>(job);
        server.factory.newThread(task).start();
        assertThat(task.get(60, TimeUnit.SECONDS)).containsExactly(key("job:1"));
        assertThat(database.awaitNone()).isEmpty();
    }

    @Test
    @Assertion("THREAD-01")
    void aTransactionDoesNotReachAnotherThread() throws Exception {
        jobs.run(2, () -> {
            Callable<List<AdvisoryLockKey>> other = () -> jobs.run(3, database::heldKeys);
            assertThat(server.executor.submit(other).get(60, TimeUnit.SECONDS))
                    .containsExactlyInAnyOrder(key("job:2"), key("job:3"));
            assertThat(database.heldKeys()).containsExactly(key("job:2"));
            return true;
        });
    }

    @Test
    @Assertion("THREAD-02")
    void aThreadThatTheServerDoesNotKnowHoldsItsLockOrIsRefused() throws Exception {
        BlockingQueue<Object> seen = new LinkedBlockingQueue<>();
        Thread thread = new Thread(() -> {
            try {
                // Looked up in a thread of the server, because JNDI names are unknown in this one.
                seen.add(jobs.run(
                        4, () -> server.executor.submit(database::heldKeys).get(60, TimeUnit.SECONDS)));
            } catch (Exception refusal) {
                seen.add(refusal);
            }
        });
        thread.start();
        assertThat(seen.poll(60, TimeUnit.SECONDS))
                .satisfiesAnyOf(refused -> assertThat(refused).isInstanceOf(Exception.class), held -> assertThat(held)
                        .isEqualTo(List.of(key("job:4"))));
        thread.join();
        assertThat(database.awaitNone()).isEmpty();
    }
}
