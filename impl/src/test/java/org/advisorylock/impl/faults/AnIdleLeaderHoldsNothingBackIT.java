package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.concurrent.CountDownLatch;
import org.advisorylock.Leadership;
import org.advisorylock.LeadershipListener;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.TcpProxy;
import org.advisorylock.testbed.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A leader that does nothing, alone in its election, for some heartbeats. */
@ExtendWith({NoLockLeft.class, Heartbeat.class})
@Timeout(120)
class AnIdleLeaderHoldsNothingBackIT {

    private static final int HEARTBEATS = 6;

    @Test
    void andSendsOneSmallMessagePerHeartbeat() throws Exception {
        CountDownLatch elected = new CountDownLatch(1);
        try (TcpProxy proxy = TcpProxy.toDatabase();
                BankApplication application = BankApplication.at(proxy.jdbcUrl());
                Connection watcher = TestDatabase.get().connect();
                PreparedStatement sample = watcher.prepareStatement("SELECT count(*), count(*) FILTER (WHERE state ="
                        + " 'active'), count(*) FILTER (WHERE state <> 'active' AND (state <> 'idle' OR xact_start IS NOT"
                        + " NULL OR backend_xid IS NOT NULL OR backend_xmin IS NOT NULL)) FROM pg_stat_activity"
                        + " WHERE backend_type = 'client backend' AND datname = current_database()"
                        + " AND pid <> pg_backend_pid()");
                Leadership leadership = application.elections().stand("idle", listener(elected))) {
            Await.latch(elected);
            long roundTrips = proxy.roundTrips();
            long begin = System.nanoTime();
            int samples = 0;
            int active = 0;
            while (System.nanoTime() - begin
                    < Heartbeat.INTERVAL.multipliedBy(HEARTBEATS).toNanos()) {
                try (ResultSet rows = sample.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    samples++;
                    assertThat(rows.getInt(1)).as("sessions").isPositive();
                    active += rows.getInt(2);
                    assertThat(rows.getInt(3))
                            .as("sessions with a transaction or a snapshot")
                            .isZero();
                }
            }
            long messages = proxy.roundTrips() - roundTrips;
            double heartbeats = (double) (System.nanoTime() - begin) / Heartbeat.INTERVAL.toNanos();
            System.out.printf(
                    "Idle leader: %d messages in %.1f heartbeats; %d samples, active in %d%n",
                    messages, heartbeats, samples, active);
            assertThat(messages).as("messages").isBetween((long) heartbeats / 2, (long) heartbeats + 1);
            assertThat(active)
                    .as("samples in which the sign of life was under way")
                    .isLessThan(samples / 10);
            assertThat(leadership.isLeader()).isTrue();
        }
    }

    private static LeadershipListener listener(CountDownLatch elected) {
        return new LeadershipListener() {
            @Override
            public void elected(long term) {
                elected.countDown();
            }

            @Override
            public void revoked(long term) {}
        };
    }
}
