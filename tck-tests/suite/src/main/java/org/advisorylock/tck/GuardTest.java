package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockDeadlockException;
import org.advisorylock.LockGuardException;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** No lock guards nothing, and no error lets half of the work commit. */
@Locking
class GuardTest extends ContractTest {

    /** The bean under test, in the caller's transaction. */
    @ApplicationScoped
    public static class Seats {
        /** One seat. */
        @AdvisoryLock("seat:{id}")
        public void take(int id, Task task) throws Exception {
            task.run();
        }
    }

    @Inject
    Seats seats;

    private final AtomicBoolean called = new AtomicBoolean();

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(GuardTest.class);
    }

    @Override
    protected void prepare() {
        database.executeOutside("DROP TABLE IF EXISTS tck_guard");
        database.executeOutside("CREATE TABLE tck_guard (id integer)");
    }

    @Override
    protected void cleanUp() {
        database.executeOutside("DROP TABLE tck_guard");
    }

    @Test
    @Assertion("GUARD-01")
    void aSnapshotThatIsOlderThanTheLockIsRefused() throws Exception {
        for (String level : new String[] {"REPEATABLE READ", "SERIALIZABLE"}) {
            assertThatExceptionOfType(LockGuardException.class)
                    .isThrownBy(() -> inTransaction(() -> {
                        database.executeInside("SET TRANSACTION ISOLATION LEVEL " + level);
                        seats.take(1, () -> called.set(true));
                    }))
                    .withMessageStartingWith("ADVLOCK-")
                    .withMessageContaining(level);
        }
        assertThat(called).isFalse();
    }

    @Test
    @Assertion("GUARD-02")
    void theVictimOfADeadlockIsToldAndCannotCommit() throws Exception {
        AtomicInteger victims = new AtomicInteger();
        CountDownLatch bothHold = new CountDownLatch(2);
        BackgroundCall<Boolean> other = start(() -> takeCrosswise(3, 2, bothHold, victims));
        takeCrosswise(2, 3, bothHold, victims);
        other.get();
        assertThat(victims).hasValue(1);
        assertThat(database.queryOutside("SELECT count(*) FROM tck_guard"))
                .as("rows that were committed")
                .isEqualTo("1");
    }

    private void takeCrosswise(int first, int second, CountDownLatch bothHold, AtomicInteger victims) throws Exception {
        AtomicBoolean victim = new AtomicBoolean();
        try {
            inTransaction(() -> {
                database.executeInside("INSERT INTO tck_guard VALUES (" + first + ")");
                seats.take(first, () -> {
                    bothHold.countDown();
                    assertThat(bothHold.await(60, TimeUnit.SECONDS)).isTrue();
                    try {
                        seats.take(second, () -> {});
                    } catch (LockDeadlockException swallowed) {
                        victims.incrementAndGet();
                        victim.set(true);
                    }
                });
            });
        } catch (Exception e) {
            // Whether the end of a transaction that is marked for rollback throws is the server's choice.
            assertThat(victim).as("%s", e).isTrue();
        }
    }
}
