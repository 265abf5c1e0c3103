package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockMode;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** Which calls exclude each other. */
@Locking
class ExclusionTest extends ContractTest {

    /** The bean under test. */
    @ApplicationScoped
    public static class Rooms {

        /** Exclusive. */
        @Transactional
        @AdvisoryLock("room:{number}")
        public void book(int number, Task task) throws Exception {
            task.run();
        }

        /** Shared. */
        @Transactional
        @AdvisoryLock(value = "room:{number}", mode = LockMode.SHARED)
        public void visit(int number, Task task) throws Exception {
            task.run();
        }

        /** Two keys, in the order of the arguments. */
        @Transactional
        @AdvisoryLock({"room:{one}", "room:{other}"})
        public void move(int one, int other, Task task) throws Exception {
            task.run();
        }
    }

    @Inject
    Rooms rooms;

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(ExclusionTest.class);
    }

    /** Calls a method in a thread beside, returns when its body runs, and lets it end when the guest leaves. */
    private final class Guest implements AutoCloseable {
        private final CountDownLatch inside = new CountDownLatch(1);
        private final CountDownLatch leaves = new CountDownLatch(1);
        private final BackgroundCall<Boolean> call;

        Guest(Stay stay) throws InterruptedException {
            call = start(() -> stay.run(() -> {
                inside.countDown();
                assertThat(leaves.await(60, TimeUnit.SECONDS)).isTrue();
            }));
            assertThat(inside.await(60, TimeUnit.SECONDS)).as("the method runs").isTrue();
        }

        @Override
        public void close() {
            leaves.countDown();
            call.get();
        }
    }

    private interface Stay {
        void run(Task task) throws Exception;
    }

    @Test
    @Assertion("MODE-01")
    void callsWithOneKeyExcludeEachOther() throws Exception {
        AtomicBoolean entered = new AtomicBoolean();
        BackgroundCall<Boolean> second;
        try (Guest first = new Guest(task -> rooms.book(1, task))) {
            second = start(() -> rooms.book(1, () -> entered.set(true)));
            database.awaitBlocked(second);
            assertThat(entered).isFalse();
            assertThat(first.call.isDone()).isFalse();
        }
        second.get();
        assertThat(entered).isTrue();
    }

    @Test
    @Assertion("MODE-01")
    void otherProgramsAreKeptOutAndKeepOut() throws Exception {
        try (OtherHolder rival = OtherHolder.open(database)) {
            rooms.book(2, () -> assertThat(rival.tryLock(key("room:2"), LockMode.EXCLUSIVE))
                    .isFalse());
            assertThat(rival.tryLock(key("room:2"), LockMode.EXCLUSIVE)).isTrue();
            BackgroundCall<Boolean> call = start(() -> rooms.book(2, () -> {}));
            database.awaitWaiter(key("room:2"), call);
            rival.release();
            call.get();
        }
    }

    @Test
    @Assertion("MODE-02")
    void callsWithOtherKeysRunAtTheSameTime() throws Exception {
        try (Guest first = new Guest(task -> rooms.book(3, task));
                Guest second = new Guest(task -> rooms.book(4, task))) {
            assertThat(database.heldKeys()).containsExactlyInAnyOrder(key("room:3"), key("room:4"));
            assertThat(first.call.isDone() || second.call.isDone()).isFalse();
        }
    }

    @Test
    @Assertion("MODE-03")
    void sharedCallsRunAtTheSameTime() throws Exception {
        try (Guest first = new Guest(task -> rooms.visit(5, task));
                Guest second = new Guest(task -> rooms.visit(5, task))) {
            assertThat(database.locks())
                    .hasSize(2)
                    .allMatch(row -> row.key().equals(key("room:5")) && row.mode() == LockMode.SHARED && row.granted());
            assertThat(first.call.isDone() || second.call.isDone()).isFalse();
        }
    }

    @Test
    @Assertion("MODE-04")
    void aSharedCallKeepsExclusiveOnesOut() throws Exception {
        BackgroundCall<Boolean> exclusive;
        AtomicBoolean entered = new AtomicBoolean();
        try (Guest shared = new Guest(task -> rooms.visit(6, task));
                OtherHolder rival = OtherHolder.open(database)) {
            assertThat(rival.tryLock(key("room:6"), LockMode.EXCLUSIVE)).isFalse();
            exclusive = start(() -> rooms.book(6, () -> entered.set(true)));
            database.awaitBlocked(exclusive);
            assertThat(entered).isFalse();
            assertThat(shared.call.isDone()).isFalse();
        }
        exclusive.get();
    }

    @Test
    @Assertion("MODE-04")
    void anExclusiveCallKeepsSharedOnesOut() throws Exception {
        BackgroundCall<Boolean> shared;
        AtomicBoolean entered = new AtomicBoolean();
        try (Guest exclusive = new Guest(task -> rooms.book(7, task));
                OtherHolder rival = OtherHolder.open(database)) {
            assertThat(rival.tryLock(key("room:7"), LockMode.SHARED)).isFalse();
            shared = start(() -> rooms.visit(7, () -> entered.set(true)));
            database.awaitBlocked(shared);
            assertThat(entered).isFalse();
            assertThat(exclusive.call.isDone()).isFalse();
        }
        shared.get();
    }

    @Test
    @Assertion("MODE-05")
    void severalKeysInOppositeOrdersDoNotDeadlock() throws Exception {
        assertBothAreHeld();
        BackgroundCall<Boolean> back = start(() -> moveOften(9, 8));
        moveOften(8, 9);
        back.get();
    }

    private void assertBothAreHeld() throws Exception {
        rooms.move(8, 9, () -> assertThat(database.heldKeys()).containsExactlyInAnyOrder(key("room:8"), key("room:9")));
    }

    private void moveOften(int from, int to) throws Exception {
        for (int i = 0; i < 100; i++) {
            rooms.move(from, to, () -> {});
        }
    }
}
