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
    /** Such a long run has the machine for itself, so the share of the rate that is used is checked too. */
    private static final Duration LONG = Duration.ofSeconds(60);

    private static final int JVMS = 4;
    private static final int PERMITS = 10;

    /**
     * The most starts within one second. A start may be a little earlier than the database's clock shows, so the second
     * begins with a start.
     */
    private static final String MOST = "SELECT max((SELECT count(*) FROM faults_start b WHERE b.at >= a.at"
            + " AND b.at < a.at - a.late + 1000000)) FROM faults_start a";

    /** The milliseconds from the first start to the last. */
    private static final String SPAN = "SELECT (max(at) - min(at)) / 1000 FROM faults_start";

    @Test
    void byAllServersTogether() throws Exception {
        PlainSql.run("DROP TABLE IF EXISTS faults_start", "CREATE TABLE faults_start (at bigint, late bigint)");
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
                    () -> PlainSql.number("SELECT count(*) FROM faults_start") >= all);
            used(all);
            // The JVMs end one after the other, and the rate is kept meanwhile.
            for (SecondJvm jvm : jvms) {
                jvm.go();
            }
            for (SecondJvm jvm : jvms) {
                jvm.await("DONE");
            }
        } finally {
            jvms.forEach(SecondJvm::close);
        }
        assertThat(PlainSql.number(MOST)).isBetween(1L, (long) PERMITS);
        PlainSql.run("DROP TABLE faults_start");
    }

    private static void used(long starts) throws Exception {
        long millis = PlainSql.number(SPAN);
        // Ten at once, and ten more in each second.
        double allowed = PERMITS + PERMITS * millis / 1000.0;
        System.out.printf(
                "Rate: %d starts in %d ms, %.1f %% of what is allowed; %d in the fullest second%n",
                starts, millis, 100 * starts / allowed, PlainSql.number(MOST));
        if (LENGTH.compareTo(LONG) >= 0) {
            assertThat(starts / allowed).isGreaterThanOrEqualTo(0.95);
        }
    }
}
