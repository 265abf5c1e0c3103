package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;
import org.advisorylock.LeadershipListener;
import org.advisorylock.LockHandle;
import org.advisorylock.LockRequest;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.TestDatabase;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A virtual thread that waits gives its carrier to others, unless it is pinned. JFR records each wait of a pinned
 * thread. Needs JDK 21: {@code mvn -Pvirtual-threads -pl impl -am -Djvm=/path/to/bin/java verify}.
 */
@Tag("virtual-threads")
@ExtendWith({NoLockLeft.class, Heartbeat.class})
@Timeout(300)
class NothingPinsVirtualThreadsIT {

    private static final int THREADS = 100;
    private static final String PINNED = "jdk.VirtualThreadPinned";

    @Test
    void thatWaitForAnyKindOfLock() throws Exception {
        PlainSql.createAccounts(2);
        List<RecordedEvent> pinned;
        try (BankApplication application = BankApplication.start();
                GroupNode node = new GroupNode(GroupNode.HEARTBEAT, members())) {
            List<Callable<?>> calls = calls(application, node);
            // A thread that loads a class is pinned. That happens once, and is not meant here.
            callAll(calls);
            pinned = pinnedBy(() -> callAll(calls));
        }
        assertThat(PlainSql.balance(1)).isGreaterThanOrEqualTo(2 * THREADS);
        PlainSql.dropAccounts();
        print(pinned);
        assertThat(pinned.stream().filter(NothingPinsVirtualThreadsIT::isOfLibrary))
                .isEmpty();
    }

    private static List<DataSource> members() {
        return TestDatabase.get().groupUrls().stream()
                .map(url -> {
                    PGSimpleDataSource member = new PGSimpleDataSource();
                    member.setUrl(url);
                    member.setUser(TestDatabase.get().user());
                    member.setPassword(TestDatabase.get().password());
                    return (DataSource) member;
                })
                .toList();
    }

    private static List<Callable<?>> calls(BankApplication application, GroupNode node) {
        LockedBank bank = application.bank();
        SessionJobs jobs = application.jobs();
        return List.of(
                // At the gate of a hot key, holding nothing.
                () -> bank.locked("hot", () -> bank.add(1, 1)),
                () -> bank.all(List.of("hot", "warm"), () -> bank.add(2, 1)),
                () -> bank.shared("hot", () -> 1),
                // At the gate, then in the database, because the transaction may hold something.
                () -> application.inTransaction(() -> bank.joining("hot", () -> 1)),
                () -> application.inTransaction(() ->
                        application.locks().tryAcquire(LockRequest.of("slot").permits(3), Duration.ofSeconds(60))),
                () -> timesOutOrNot(() -> bank.briefly("hot", NothingPinsVirtualThreadsIT::work)),
                () -> jobs.guarded("hot", () -> bank.unlocked(() -> 1)),
                () -> jobs.inTransaction("hot", () -> bank.locked("other", () -> 1)),
                () -> jobs.threeAtOnce("slot", NothingPinsVirtualThreadsIT::work),
                () -> application
                        .sessions()
                        .tryAcquire("hot", Duration.ofMillis(100))
                        .map(NothingPinsVirtualThreadsIT::workAndClose),
                () -> workAndClose(application.sessions().acquire("hot")),
                () -> workAndClose(node.acquire("hot", 60_000)),
                () -> lead(application));
    }

    private static int work() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        return 1;
    }

    private static long workAndClose(LockHandle handle) {
        try (handle) {
            return handle.fencingToken();
        }
    }

    private static boolean timesOutOrNot(Callable<?> call) throws Exception {
        try {
            call.call();
            return true;
        } catch (LockTimeoutException e) {
            return false;
        }
    }

    /** Stands until it is elected. */
    private static boolean lead(BankApplication application) {
        CountDownLatch elected = new CountDownLatch(1);
        LeadershipListener listener = new LeadershipListener() {
            @Override
            public void elected(long term) {
                elected.countDown();
            }

            @Override
            public void revoked(long term) {}
        };
        try (var leadership = application.elections().stand("hot " + System.nanoTime() % 20, listener)) {
            Await.latch(elected);
            return leadership.isLeader();
        }
    }

    /** Waits in the initializer of a class, which the JVM calls through a native frame. */
    private static final class Pins {
        static final int ONE = work();

        private Pins() {}
    }

    @Test
    void whichTheRecordingWouldShow() throws Exception {
        assertThat(pinnedBy(() -> inVirtualThreads(1, () -> Pins.ONE)))
                .anyMatch(event -> frames(event).anyMatch(frame -> frame.contains("NothingPinsVirtualThreadsIT.work")));
    }

    private interface Work {
        void run() throws Exception;
    }

    private static List<RecordedEvent> pinnedBy(Work work) throws Exception {
        Path file = Files.createTempFile("pinned", ".jfr");
        try (Recording recording = new Recording()) {
            recording.enable(PINNED).withoutThreshold().withStackTrace();
            recording.start();
            work.run();
            recording.stop();
            recording.dump(file);
            // A recording also has the events of the library, which are on by default.
            return RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.getEventType().getName().equals(PINNED))
                    .toList();
        } finally {
            Files.delete(file);
        }
    }

    private static void callAll(List<Callable<?>> calls) throws Exception {
        for (Callable<?> call : calls) {
            inVirtualThreads(THREADS, call);
        }
    }

    private static void inVirtualThreads(int threads, Callable<?> call) throws Exception {
        ExecutorService executor = (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        List<Future<?>> futures = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            futures.add(executor.submit(call));
        }
        executor.shutdown();
        for (Future<?> future : futures) {
            future.get(120, TimeUnit.SECONDS);
        }
    }

    /** Whether the library waits, and not what a test does under a lock, nor the loader of a class. */
    private static boolean isOfLibrary(RecordedEvent pinned) {
        return frames(pinned).noneMatch(frame -> frame.contains("ClassLoader.loadClass:"))
                && frames(pinned)
                        .filter(frame -> frame.startsWith("org.advisorylock."))
                        .findFirst()
                        .filter(frame -> !frame.startsWith("org.advisorylock.impl.faults."))
                        .isPresent();
    }

    private static void print(List<RecordedEvent> pinned) {
        System.out.println("Pinned virtual threads on Java " + Runtime.version().feature() + ": " + pinned.size());
        pinned.stream()
                .collect(Collectors.groupingBy(
                        event -> frames(event).collect(Collectors.joining("\n    ")), Collectors.counting()))
                .forEach((stack, count) -> System.out.println("  " + count + " times at\n    " + stack));
    }

    private static Stream<String> frames(RecordedEvent event) {
        return event.getStackTrace() == null
                ? Stream.empty()
                : event.getStackTrace().getFrames().stream().map(NothingPinsVirtualThreadsIT::name);
    }

    private static String name(RecordedFrame frame) {
        return frame.getMethod().getType().getName() + "." + frame.getMethod().getName() + ":" + frame.getLineNumber();
    }
}
