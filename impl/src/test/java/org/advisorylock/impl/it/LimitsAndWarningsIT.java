package org.advisorylock.impl.it;

import static org.advisorylock.impl.Requests.all;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockKeyException;
import org.advisorylock.testbed.NoLockLeft;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLockLeft.class)
class LimitsAndWarningsIT {

    private static final Logger LOGGER = Logger.getLogger("org.advisorylock");

    private final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
    private final Handler recorder = new Handler() {
        @Override
        public void publish(LogRecord record) {
            warnings.add(record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private Application application;

    @AfterEach
    void stop() {
        LOGGER.removeHandler(recorder);
        System.clearProperty("advisorylock.max-keys");
        System.clearProperty("advisorylock.isolation");
        application.close();
    }

    private static List<AdvisoryLockKey> keys(int from, int to) {
        return IntStream.range(from, to).mapToObj(AdvisoryLockKey::of).toList();
    }

    @Test
    void tooManyKeysAreRefusedBeforeTheyAreAskedFor() throws Exception {
        System.setProperty("advisorylock.max-keys", "10");
        application = Application.of(Shop.class);
        application.inTransaction(() -> {
            assertThatExceptionOfType(LockKeyException.class)
                    .isThrownBy(() -> application.locks().acquire(all(keys(0, 11))))
                    .withMessageContainingAll("ADVLOCK-0213", "11 keys in one call", "10");
            application.locks().acquire(all(keys(0, 6)));
            application.locks().acquire(all(keys(0, 10)));
            assertThatExceptionOfType(LockKeyException.class)
                    .isThrownBy(() -> application.locks().acquire(all(keys(9, 11))))
                    .withMessageContainingAll("ADVLOCK-0213", "11 keys in one transaction");
            return assertThat(application.monitor().locks()).hasSize(10);
        });
    }

    @Test
    void aThousandKeysAreAllowed() throws Exception {
        application = Application.of(Shop.class);
        application.inTransaction(() -> {
            application.locks().acquire(all(keys(0, 1000)));
            return assertThat(application.monitor().locks()).hasSize(1000);
        });
    }

    @Test
    void oppositeOrdersAreReportedOnceWithBothPlaces() throws Exception {
        application = Application.of(Shop.class);
        LOGGER.addHandler(recorder);
        Shop shop = application.get(Shop.class);
        for (int i = 0; i < 3; i++) {
            shop.locked("a", () -> shop.several(List.of("b"), () -> 1));
            shop.several(List.of("b"), () -> shop.locked("a", () -> 1));
        }
        assertThat(warnings).singleElement().asString().contains("ADVLOCK-0502", "Shop.locked(", "Shop.several(");
        assertThat(warnings.get(0)).doesNotContain("'a'");
    }

    @Test
    void oppositeOrdersInCodeAreReportedWithAPlaceAndOnceMoreWithBoth() throws Exception {
        application = Application.of(Shop.class);
        LOGGER.addHandler(recorder);
        Shop shop = application.get(Shop.class);
        for (int i = 0; i < 3; i++) {
            shop.locked("a", () -> takeBeforeAnother("b"));
            shop.several(List.of("b"), () -> takeAfterAnother("a"));
        }
        assertThat(warnings).hasSize(2);
        assertThat(warnings.get(0))
                .contains("ADVLOCK-0502", "takeAfterAnother(", "code with TransactionLocks", "Shop.locked(")
                .doesNotContain("takeBeforeAnother(", "thread");
        assertThat(warnings.get(1)).contains("ADVLOCK-0502", "takeAfterAnother(", "takeBeforeAnother(");
    }

    private int takeBeforeAnother(String key) {
        application.locks().acquire(key);
        return 1;
    }

    private int takeAfterAnother(String key) {
        application.locks().acquire(key);
        return 1;
    }

    @Test
    void theSameOrderIsFine() throws Exception {
        application = Application.of(Shop.class);
        LOGGER.addHandler(recorder);
        Shop shop = application.get(Shop.class);
        for (int i = 0; i < 3; i++) {
            shop.locked("a", () -> shop.several(List.of("b", "c"), () -> 1));
            shop.several(List.of("a", "b"), () -> shop.locked("c", () -> 1));
        }
        assertThat(warnings).isEmpty();
    }

    @Test
    void aLockThatReadsOldDataIsReportedOnceWhereThatIsAskedFor() throws Exception {
        System.setProperty("advisorylock.isolation", "warn");
        application = Application.of(Shop.class);
        LOGGER.addHandler(recorder);
        for (int i = 0; i < 2; i++) {
            application.inTransaction(() -> {
                try (Connection connection = application.jta().dataSource().getConnection();
                        Statement statement = connection.createStatement()) {
                    statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
                }
                application.locks().acquire("secret");
                return 1;
            });
        }
        assertThat(warnings).singleElement().asString().contains("ADVLOCK-0501", "REPEATABLE READ");
        assertThat(warnings.get(0)).doesNotContain("secret");
    }
}
