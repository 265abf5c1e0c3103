package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.advisorylock.impl.faults.GuardedRow.Write;
import org.advisorylock.testbed.TcpProxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Some or all JVMs no longer reach the primary, and its streaming standby is promoted while a leader writes. */
@ExtendWith(Heartbeat.class)
@Timeout(300)
class AFailoverElectsAnewIT {

    private final List<Stand> stands = new ArrayList<>();
    private OwnServer primary;
    private TcpProxy replication;
    private OwnServer standby;
    private GuardedRow old;
    private GuardedRow promoted;

    @BeforeEach
    void start() throws Exception {
        primary = OwnServer.start(Map.of());
        GuardedRow.create(primary).close();
        replication = TcpProxy.to("127.0.0.1", primary.port());
        standby = primary.standby(replication.port());
        old = GuardedRow.on(primary);
        promoted = GuardedRow.on(standby);
        for (String name : List.of("A", "B")) {
            stands.add(Stand.of(name, primary, standby));
        }
        awaitAll(old);
    }

    @AfterEach
    void stop() throws Exception {
        for (Stand stand : stands) {
            stand.close();
        }
        replication.close();
        promoted.close();
        old.close();
        standby.close();
        primary.close();
    }

    @Test
    void withAGreaterTermWhereTheOldOneWasReplicated() throws Exception {
        Write before = awaitReplicated();
        cutOffAll();
        promote();
        Write next = awaitAfter(promoted, before.term());
        assertThat(leader(before).awaitRevoked(before.term()))
                .as("ms from the first write of the next leader to the end of the old one's term")
                .isLessThan(next.millis());
        awaitAll(promoted);
        long written = old.number("SELECT count(*) FROM accepted WHERE term = " + before.term());
        long kept = promoted.number("SELECT count(*) FROM accepted WHERE term = " + before.term());
        System.out.printf("Failover: %d of the old leader's %d writes are lost%n", written - kept, written);
        assertThat(promoted.stepsBack()).isZero();
        assertThat(promoted.termsOfSeveralWriters()).isZero();
    }

    @Test
    void withATermThatWasGivenBeforeWhereItWasNotReplicated() throws Exception {
        Write replicated = awaitReplicated();
        replication.blackhole(true);
        Stand killed = leader(replicated);
        killed.jvm().kill();
        Write unseen = awaitAfter(old, replicated.term());
        killed.startAgain();
        awaitAll(old);
        cutOffAll();
        promote();
        Write next = awaitAfter(promoted, replicated.term());
        assertThat(leader(unseen).awaitRevoked(unseen.term())).isLessThan(next.millis());
        // A resource outside the database refuses the new leader until its terms have grown past the old one's.
        assertThat(next.term()).isLessThanOrEqualTo(unseen.term());
        // The old term was lost together with the old primary, so inside the database the terms only grow.
        assertThat(promoted.number("SELECT count(*) FROM accepted WHERE term = " + unseen.term()))
                .isZero();
        assertThat(promoted.stepsBack()).isZero();
    }

    @Test
    void besideTheOldLeaderAsLongAsThatReachesTheOldPrimary() throws Exception {
        Write before = awaitReplicated();
        Stand leader = leader(before);
        Stand follower =
                stands.stream().filter(stand -> stand != leader).findFirst().orElseThrow();
        follower.proxy().blackhole(true);
        promote();
        Write next = awaitAfter(promoted, before.term());
        assertThat(next.writer()).isEqualTo(follower.name());
        Await.until("the old leader does not write to the old primary any more", () -> {
            Write write = old.firstSince(next.millis());
            return write.term() == before.term() && write.writer().equals(leader.name());
        });
        assertThat(leader.jvm().said("REVOKED " + before.term())).isEmpty();

        leader.proxy().blackhole(true);
        leader.awaitRevoked(before.term());
        awaitAll(promoted);
        assertThat(promoted.last().term()).isEqualTo(next.term());
        assertThat(promoted.stepsBack()).isZero();
    }

    private Write awaitReplicated() throws SQLException {
        Write last = old.last();
        Await.until("the standby does not follow", () -> promoted.last().term() == last.term());
        return last;
    }

    private void cutOffAll() {
        stands.forEach(stand -> stand.proxy().blackhole(true));
    }

    private void promote() throws SQLException {
        assertThat(promoted.number("SELECT pg_promote()::int")).isEqualTo(1);
    }

    private static Write awaitAfter(GuardedRow guarded, long term) throws SQLException {
        Await.until(
                "nobody writes after term " + term,
                () -> guarded.firstAfter(term).term() > 0);
        return guarded.firstAfter(term);
    }

    private void awaitAll(GuardedRow guarded) {
        Await.until("not all stand there", () -> guarded.standing() == stands.size());
        long now = System.currentTimeMillis();
        Await.until("nobody writes", () -> guarded.firstSince(now).term() > 0);
    }

    private Stand leader(Write write) {
        return stands.stream()
                .filter(stand -> stand.name().equals(write.writer()))
                .findFirst()
                .orElseThrow();
    }
}
