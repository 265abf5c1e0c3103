package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.advisorylock.testbed.NoLockLeft;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Ten starts a second over four JVMs. {@code -Dadvisorylock.rate=PT60S} sets how long; without it for 10 seconds. */
@ExtendWith({NoLockLeft.class, Heartbeat.class})
@Timeout(240)
class ARateIsKeptIT {

    private static final Duration LENGTH = Duration.parse(System.getProperty("advisorylock.rate", "PT10S"));
    private static final int JVMS = 4;
    private static final int PERMITS = 10;

    /** The most starts in a second that begins with one of them. */
    private static final String MOST =
            """
            SELECT max(starts) FROM (SELECT count(*) OVER (ORDER BY at
                RANGE BETWEEN CURRENT ROW AND interval '999999 microseconds' FOLLOWING) AS starts FROM faults_start) s
            """;

    /** In what time they were, the first one apart, in milliseconds. */
    private static final String SPAN = "SELECT 1000 * extract(epoch FROM max(at) - min(at)) FROM faults_start";

    @Test
    void byAllServersTogether() throws Exception {
        Sql.run("DROP TABLE IF EXISTS faults_start", "CREATE TABLE faults_start (at timestamptz)");
        List<SecondJvm> jvms = new ArrayList<>();
        try {
            for (int jvm = 0; jvm < JVMS; jvm++) {
                jvms.add(SecondJvm.start("session", "rate", PERMITS, 2 * PERMITS));
            }
            for (SecondJvm jvm : jvms) {
                jvm.await("READY");
            }
            for (SecondJvm jvm : jvms) {
                jvm.go();
            }
            long all = PERMITS * LENGTH.toSeconds();
            Await.until(
                    "the rate is too low by far",
                    Duration.ofMinutes(2),
                    () -> Sql.number("SELECT count(*) FROM faults_start") >= all);
            used(all);
            // They end one after the other, and the rate is kept all the same.
            for (SecondJvm jvm : jvms) {
                jvm.go();
            }
            for (SecondJvm jvm : jvms) {
                jvm.await("DONE");
            }
        } finally {
            jvms.forEach(SecondJvm::close);
        }
        assertThat(Sql.number(MOST)).isEqualTo(PERMITS);
        Sql.run("DROP TABLE faults_start");
    }

    private static void used(long starts) throws Exception {
        long millis = Sql.number(SPAN);
        // Ten at once, and ten more in each second.
        double allowed = PERMITS + PERMITS * millis / 1000.0;
        System.out.printf(
                "Rate: %d starts in %d ms, %.1f %% of what is allowed; %d in the fullest second%n",
                starts, millis, 100 * starts / allowed, Sql.number(MOST));
        assertThat(starts / allowed).isGreaterThanOrEqualTo(0.95);
    }
}
