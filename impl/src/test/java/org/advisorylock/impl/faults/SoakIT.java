package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * JVMs move money under locks, while they and their database sessions are killed at random.
 * {@code -Dadvisorylock.soak=PT10M} sets how long; without it for 20 seconds.
 */
@ExtendWith(NoLockLeft.class)
class SoakIT {

    private static final Duration LENGTH = Duration.parse(System.getProperty("advisorylock.soak", "PT20S"));
    private static final int JVMS = 3;
    private static final String PER_ACCOUNT =
            """
            SELECT count(*) FROM faults_account a WHERE balance
                <> (SELECT coalesce(sum(amount), 0) FROM faults_transfer t WHERE t.receiver = a.id)
                 - (SELECT coalesce(sum(amount), 0) FROM faults_transfer t WHERE t.sender = a.id)
            """;

    private final Random random = new Random();
    private final List<SecondJvm> jvms = new ArrayList<>();
    private final Map<String, Integer> failures = new TreeMap<>();
    private int killedJvms;
    private int killedSessions;
    private int started;

    @Test
    void losesNoUpdateAndLeavesNoLock() throws Exception {
        PlainSql.createAccounts(Worker.ACCOUNTS);
        PlainSql.run(
                "DROP TABLE IF EXISTS faults_transfer",
                "CREATE TABLE faults_transfer (sender int, receiver int, amount bigint)");
        long end = System.nanoTime() + LENGTH.toNanos();
        try {
            for (int i = 0; i < JVMS; i++) {
                startJvm();
            }
            while (System.nanoTime() < end) {
                // Faults are spread at random over time; nothing is waited for.
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(300)));
                if (random.nextInt(12) == 0) {
                    killJvm();
                } else {
                    killSession();
                }
            }
        } finally {
            jvms.forEach(this::end);
        }
        Await.until(
                "sessions of killed JVMs are left",
                () -> PlainSql.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0);
        long transfers = PlainSql.number("SELECT count(*) FROM faults_transfer");
        System.out.printf(
                "Soak of %s: %d transfers committed, %d JVMs killed of %d, %d sessions ended; failures %s%n",
                LENGTH, transfers, killedJvms, started, killedSessions, failures);
        assertThat(transfers).as("transfers").isPositive();
        assertThat(PlainSql.number("SELECT sum(balance) FROM faults_account"))
                .as("sum")
                .isZero();
        assertThat(PlainSql.number(PER_ACCOUNT))
                .as("accounts that are not what their transfers make")
                .isZero();
        PlainSql.run("DROP TABLE faults_transfer");
        PlainSql.dropAccounts();
    }

    private void startJvm() throws Exception {
        SecondJvm jvm = SecondJvm.start("transfer", started++);
        jvms.add(jvm);
        jvm.await("READY");
    }

    private void killJvm() throws Exception {
        SecondJvm jvm = jvms.remove(random.nextInt(jvms.size()));
        end(jvm);
        killedJvms++;
        startJvm();
    }

    private void end(SecondJvm jvm) {
        jvm.close();
        jvm.failures().forEach((failure, count) -> failures.merge(failure, count, Integer::sum));
    }

    /** The session of a holder, of a waiter, or any other one. */
    private void killSession() throws SQLException {
        String wanted = List.of("l.granted", "NOT l.granted", "true").get(random.nextInt(3));
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT pg_terminate_backend(l.pid) FROM (SELECT pid FROM pg_locks l"
                                + " WHERE l.locktype = 'advisory' AND l.pid IS NOT NULL AND " + wanted
                                + " ORDER BY random() LIMIT 1) l")) {
            while (rows.next()) {
                killedSessions++;
            }
        }
    }
}
