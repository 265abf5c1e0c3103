package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LeaderElection;
import org.advisorylock.Leadership;
import org.advisorylock.LeadershipListener;
import org.advisorylock.LockHandle;
import org.advisorylock.SessionLocks;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.advisorylock.testbed.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Nobody listens but the flight recorder, which starts after the application. */
@ExtendWith(NoLockLeft.class)
@Timeout(120)
class AFlightRecordingIT {

    private static final String HERE = AFlightRecordingIT.class.getName() + ".hasWhatHappened";

    @TempDir
    Path folder;

    private static List<RecordedEvent> of(List<RecordedEvent> all, String kind) {
        return all.stream()
                .filter(event -> event.getEventType().getName().equals("org.advisorylock." + kind))
                .sorted(Comparator.comparing(RecordedEvent::getStartTime))
                .toList();
    }

    private static String texts(List<RecordedEvent> events, String... fields) {
        return events.stream()
                .map(event -> List.of(fields).stream()
                        .map(field -> event.<Object>getValue(field).toString())
                        .collect(Collectors.joining(" ")))
                .collect(Collectors.joining(", "));
    }

    @Test
    void hasWhatHappened() throws Exception {
        Path file = folder.resolve("locks.jfr");
        try (Application application = Application.of(Shop.class, Night.class);
                Recording recording = new Recording()) {
            Shop shop = application.get(Shop.class);
            Night night = application.get(Night.class);
            shop.locked("secret-warm", () -> 1);
            night.outside("secret-warm", () -> 1);
            recording.enable("org.advisorylock.Acquire").withoutThreshold();
            recording.start();

            shop.locked("secret", () -> 1);
            long key = AdvisoryLockKey.of("secret", KeyHash.MD5).number();
            try (Rival rival = Rival.holding(key)) {
                assertThat(shop.once("secret")).isEmpty();
                assertThat(catchThrowable(() -> shop.briefly("secret", () -> 1)))
                        .isNotNull();
                rival.commit();
            }
            CountDownLatch lost = new CountDownLatch(1);
            try (LockHandle handle = application.get(SessionLocks.class).acquire("secret")) {
                handle.onLost(lost::countDown);
                end(application.monitor().locks().get(0).pid());
                Application.await(lost);
            }
            BlockingQueue<Long> terms = new LinkedBlockingQueue<>();
            Leadership leadership = application.get(LeaderElection.class).stand("sync", new LeadershipListener() {
                @Override
                public void elected(long term) {
                    terms.add(term);
                }

                @Override
                public void revoked(long term) {}
            });
            terms.take();
            leadership.close();
            int[] runs = {0};
            shop.again("secret", () -> {
                if (runs[0]++ == 0) {
                    throw new SQLException("of the application", "40001");
                }
                return 1;
            });
            shop.locked("secret", () -> 1);
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> all = RecordingFile.readAllEvents(file);
        assertThat(texts(of(all, "Acquire"), "lock", "scope", "mode", "outcome", "where"))
                .isEqualTo("{key} TRANSACTION EXCLUSIVE GRANTED NONE, {key} TRANSACTION EXCLUSIVE SKIPPED , "
                        + "{key} TRANSACTION EXCLUSIVE TIMEOUT , " + HERE + " SESSION EXCLUSIVE GRANTED NONE, "
                        + "{key} TRANSACTION EXCLUSIVE GRANTED SERVER, {key} TRANSACTION EXCLUSIVE GRANTED SERVER, "
                        + "{key} TRANSACTION EXCLUSIVE GRANTED NONE");
        assertThat(of(all, "Acquire").get(2).getDuration().toMillis()).isGreaterThanOrEqualTo(300);
        assertThat(texts(of(all, "Hold"), "lock", "scope"))
                .isEqualTo("{key} TRANSACTION, " + HERE
                        + " SESSION, {key} TRANSACTION, {key} TRANSACTION, {key} TRANSACTION");
        assertThat(texts(of(all, "Lost"), "lock", "scope")).isEqualTo(HERE + " SESSION");
        assertThat(texts(of(all, "Retry"), "lock", "retry")).isEqualTo("{key} 1");
        assertThat(texts(of(all, "Leadership"), "election", "elected")).isEqualTo("sync true, sync false");
        assertThat(all.stream().filter(event -> event.getEventType().getName().startsWith("org.advisorylock")))
                .asString()
                .doesNotContain("secret");
    }

    private static int end(int pid) throws Exception {
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_terminate_backend(" + pid + ", 30000)");
        }
        return 1;
    }
}
