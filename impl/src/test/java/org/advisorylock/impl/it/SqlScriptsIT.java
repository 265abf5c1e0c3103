package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.testbed.Async;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.advisorylock.testbed.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The scripts for psql in {@code docs/sql} tell what is so. */
@ExtendWith(NoLockLeft.class)
@Timeout(120)
class SqlScriptsIT {

    /** A row, by the names of its columns. */
    private record Line(Map<String, @Nullable String> values) {
        @Nullable
        String get(String column) {
            assertThat(values).containsKey(column);
            return values.get(column);
        }
    }

    private static List<Line> run(String script, String key) throws SQLException, IOException {
        String sql = Files.readString(Path.of("../docs/sql/" + script)).replace(":'key'", "'" + key + "'");
        List<Line> lines = new ArrayList<>();
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                Map<String, @Nullable String> values = new LinkedHashMap<>();
                for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                    values.put(rows.getMetaData().getColumnLabel(column), rows.getString(column));
                }
                lines.add(new Line(values));
            }
        }
        return lines;
    }

    private static List<Line> locks() throws SQLException, IOException {
        return run("locks.sql", "");
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void showEachWaiterWithItsWayToTheHead() throws Exception {
        // The last one is closed first, so that nobody waits if the test fails.
        try (Rival other = Rival.holding(3);
                Rival last = Rival.open();
                Rival middle = Rival.holding(2);
                Rival head = Rival.holding(1)) {
            CompletableFuture<Boolean> second = Async.run(() -> {
                middle.lock(1);
                return true;
            });
            Rival.awaitWaiter(1);
            CompletableFuture<Boolean> third = Async.run(() -> {
                last.lock(2);
                return true;
            });
            Rival.awaitWaiter(2);
            List<Line> lines = locks();
            assertThat(lines)
                    .extracting(line -> line.get("key") + " " + line.get("does"))
                    .containsExactly("1 holds", "1 waits", "2 holds", "2 waits", "3 holds");
            assertThat(lines.get(0).get("state")).isEqualTo("idle in transaction");
            assertThat(lines.get(0).get("application")).isEqualTo("rival");
            assertThat(lines.get(3).get("waits_for"))
                    .matches("\\d+ -> \\d+ -> \\d+")
                    .endsWith(" -> " + pidOf(lines.get(0)));
            assertThat(lines.get(3).get("head")).isEqualTo(pidOf(lines.get(0)));
            assertThat(lines.get(3).get("head_does")).startsWith("idle in transaction");
            assertThat(lines.get(0).get("waits_for")).isNull();
            head.commit();
            assertThat(second.get()).isTrue();
            middle.commit();
            assertThat(third.get()).isTrue();
            assertThat(other.pid()).isPositive();
        }
    }

    private static String pidOf(Line line) {
        return String.valueOf(line.get("pid"));
    }

    @Test
    void beginWithTheKeyThatMostWaitFor() throws Exception {
        try (Rival cold = Rival.holding(1);
                Rival hot = Rival.holding(7)) {
            List<CompletableFuture<Boolean>> waiters = new ArrayList<>();
            for (int waiter = 0; waiter < 5; waiter++) {
                waiters.add(Async.run(() -> {
                    try (Rival rival = Rival.holding(7)) {
                        return rival.pid() > 0;
                    }
                }));
            }
            Rival.awaitWaiters(7, 5);
            List<Line> lines = locks();
            String pid = String.valueOf(hot.pid());
            assertThat(lines).hasSize(7);
            assertThat(lines.subList(1, 6))
                    .allMatch(line -> (pidOf(line) + " -> " + pid).equals(line.get("waits_for")));
            assertThat(lines.get(6).get("key")).isEqualTo("1");
            hot.commit();
            for (CompletableFuture<Boolean> waiter : waiters) {
                assertThat(waiter.get()).isTrue();
            }
            assertThat(cold.pid()).isPositive();
        }
    }

    @Test
    void showAPreparedTransactionAtTheHead() throws Exception {
        try (Rival prepared = Rival.holding(1);
                Rival waiter = Rival.open()) {
            try (Statement statement = prepared.connection().createStatement()) {
                statement.execute("PREPARE TRANSACTION 'in doubt'");
            }
            CompletableFuture<Boolean> waiting = Async.run(() -> {
                waiter.lock(1);
                return true;
            });
            Rival.awaitWaiter(1);
            List<Line> lines;
            try {
                lines = locks();
            } finally {
                execute("ROLLBACK PREPARED 'in doubt'");
            }
            assertThat(waiting.get()).isTrue();
            assertThat(lines.get(0).get("prepared_transaction")).isEqualTo("in doubt");
            assertThat(lines.get(0).get("pid")).isNull();
            assertThat(lines.get(1).get("head")).isEqualTo("0");
            assertThat(lines.get(1).get("head_does")).startsWith("prepared transaction");
        }
    }

    @Test
    void nameOwnersThatAreKnown() throws Exception {
        long flyway = 77_431_708_279_161L + "\"public\".\"flyway_schema_history\"".hashCode();
        long rails = 2_053_462_845L * 3_000_000_000L;
        long sqlx = 0x3d32ad9eL * 4_000_000_000L;
        try (Rival rival = Rival.holding(flyway, rails, sqlx, 42)) {
            rival.lock("DATABASECHANGELOGLOCK".hashCode(), "public".hashCode());
            assertThat(locks())
                    .extracting(line -> line.get("key") + " " + line.get("owner"))
                    .containsExactlyInAnyOrder(
                            flyway + " Flyway",
                            rails + " Rails migrations",
                            sqlx + " sqlx migrate",
                            "42 null",
                            "(-755096828, -977423767) Liquibase session lock");
        }
    }

    @Test
    void explainTheNumberOfAText() throws Exception {
        String text = "Konto:grün";
        long number = AdvisoryLockKey.of(text, KeyHash.MD5).number();
        List<Line> free = run("explain.sql", text);
        assertThat(free).hasSize(1);
        assertThat(free.get(0).get("number")).isEqualTo(String.valueOf(number));
        assertThat(free.get(0).get("does")).isEqualTo("is free");
        try (Rival waiter = Rival.open();
                Rival holder = Rival.holding(number)) {
            CompletableFuture<Boolean> waiting = Async.run(() -> {
                waiter.lockShared(number);
                return true;
            });
            Rival.awaitWaiter(number);
            List<Line> lines = run("explain.sql", text);
            assertThat(lines)
                    .extracting(line -> line.get("does") + " " + line.get("mode"))
                    .containsExactly("holds exclusive", "waits shared");
            assertThat(lines.get(1).get("blocked_by")).isEqualTo("{" + holder.pid() + "}");
            holder.commit();
            assertThat(waiting.get()).isTrue();
        }
    }
}
