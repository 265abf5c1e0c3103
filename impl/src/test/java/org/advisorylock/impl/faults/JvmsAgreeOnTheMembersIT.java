package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockHandle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Applications that name different databases as one group. The databases are of one server here, but are five. */
@Timeout(180)
class JvmsAgreeOnTheMembersIT {

    private static final String KEY = "report";
    private static final Duration HEARTBEAT = Duration.ofSeconds(2);

    private static OwnServer server;

    @BeforeAll
    static void start() throws Exception {
        server = OwnServer.start(Map.of());
        for (String database : List.of("a", "b", "c", "d", "e")) {
            server.run("CREATE DATABASE " + database);
        }
        Await.until(
                "it does not grow old",
                () -> server.number("SELECT extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())::bigint")
                        > 2 * HEARTBEAT.toSeconds());
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @AfterEach
    void nothingIsLeft() {
        Await.until("locks are left", () -> locks() == 0);
    }

    private static long locks() throws Exception {
        return server.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'");
    }

    private static Node node(String members) {
        return new Node(
                Arrays.stream(members.split(",", -1))
                        .map(member -> server.jdbcUrl(member, "postgres"))
                        .toList(),
                HEARTBEAT);
    }

    private static void assertRefused(Node node) {
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> node.acquire(KEY, 1000).close())
                .withMessageContainingAll("ADVLOCK-0350", "fleet");
    }

    @Test
    void orTheSecondIsRefusedIfItSharesOneMemberWithTheFirst() {
        try (Node one = node("a,b,c");
                Node other = node("a,d,e")) {
            LockHandle handle = one.acquire(KEY, 30_000);
            assertRefused(other);
            assertThat(handle.isHeld()).isTrue();
            handle.close();
        }
    }
}
