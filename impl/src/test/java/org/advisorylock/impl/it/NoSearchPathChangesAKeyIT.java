package org.advisorylock.impl.it;

import static org.advisorylock.impl.Requests.all;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockInfo;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A schema has functions and operators of the same names as PostgreSQL's, and a {@code search_path} with this schema in
 * front finds them first. Each of them would give another key.
 */
@ExtendWith(NoLockLeft.class)
class NoSearchPathChangesAKeyIT {

    private static Application application;

    @BeforeAll
    static void start() throws Exception {
        run(
                "CREATE SCHEMA other",
                "CREATE FUNCTION other.unnest(bigint[]) RETURNS SETOF bigint LANGUAGE sql AS 'SELECT 7::bigint'",
                "CREATE FUNCTION other.shifted(bigint, int) RETURNS bigint LANGUAGE sql AS 'SELECT 7::bigint'",
                "CREATE OPERATOR other.>> (LEFTARG = bigint, RIGHTARG = int, FUNCTION = other.shifted)",
                "CREATE OPERATOR other.<< (LEFTARG = bigint, RIGHTARG = int, FUNCTION = other.shifted)");
        application = Application.of();
        application.inTransaction(() -> application.locks().tryAcquire("warm up", Duration.ZERO));
    }

    @AfterAll
    static void stop() throws Exception {
        application.close();
        run("DROP SCHEMA other CASCADE");
    }

    private static void run(String... commands) throws Exception {
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement()) {
            for (String command : commands) {
                statement.execute(command);
            }
        }
    }

    static Stream<List<AdvisoryLockKey>> keys() {
        AdvisoryLockKey number = AdvisoryLockKey.of(1);
        AdvisoryLockKey pair = AdvisoryLockKey.of(2, 3);
        return Stream.of(
                List.of(number),
                List.of(pair),
                List.of(number, AdvisoryLockKey.of(2)),
                List.of(number, pair),
                List.of(pair, AdvisoryLockKey.of(2, 4)));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void ofATransactionLock(List<AdvisoryLockKey> keys) throws Exception {
        List<AdvisoryLockKey> held = application.inTransaction(() -> {
            try (Connection connection = application.jta().dataSource().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("SET LOCAL search_path = other, pg_catalog");
                assertThat(application.locks().tryAcquire(all(keys), Duration.ofMinutes(1)))
                        .isTrue();
                statement.execute("SET LOCAL search_path = pg_catalog");
            }
            return application.monitor().locks().stream().map(LockInfo::key).toList();
        });
        assertThat(held).containsExactlyInAnyOrderElementsOf(keys);
    }
}
