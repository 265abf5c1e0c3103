package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockHandle;
import org.advisorylock.LockTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Applications that name different databases as one group. The five databases are on one server here. */
@Timeout(180)
class JvmsAgreeOnTheMembersIT {

    private static final String KEY = "report";
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
                        > 2 * GroupNode.HEARTBEAT.toSeconds());
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

    private static List<String> urls(String members) {
        return Arrays.stream(members.split(",", -1))
                .map(member -> server.jdbcUrl(member, "postgres"))
                .toList();
    }

    private static GroupNode node(String members) {
        return new GroupNode(urls(members));
    }

    private static GroupNode node(String members, String former) {
        return new GroupNode(urls(members), urls(former));
    }

    private static Optional<LockHandle> tryAcquire(GroupNode node) {
        return node.locks().tryAcquire(KEY, Duration.ZERO);
    }

    private static void answer(String database, boolean on) throws Exception {
        server.run("ALTER DATABASE " + database + " ALLOW_CONNECTIONS " + on);
        server.number(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '" + database + "'");
    }

    private static void assertRefused(GroupNode node) {
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> node.acquire(KEY, 1000).close())
                .withMessageContainingAll("ADVLOCK-0350", "fleet");
    }

    @Test
    void orTheSecondIsRefusedIfTheyShareOneMember() {
        try (GroupNode one = node("a,b,c");
                GroupNode other = node("a,d,e")) {
            LockHandle handle = one.acquire(KEY, 30_000);
            assertRefused(other);
            assertThat(handle.isHeld()).isTrue();
            assertThat(tryAcquire(one)).get().satisfies(LockHandle::close);
            handle.close();
            Await.until("it is seen still", () -> locks() == 0);
            // Whichever comes first.
            tryAcquire(other).orElseThrow().close();
            assertRefused(one);
        }
    }

    /** A majority of five and one of three need not have a member in common. */
    @Test
    void orTheSecondIsRefusedIfItHasMoreOfThem() {
        try (GroupNode one = node("a,b,c");
                GroupNode other = node("a,b,c,d,e")) {
            LockHandle handle = other.acquire(KEY, 30_000);
            assertRefused(one);
            handle.close();
        }
        try (GroupNode one = node("a,b,c");
                GroupNode other = node("a,b,c,d,e")) {
            LockHandle handle = one.acquire(KEY, 30_000);
            assertRefused(other);
            handle.close();
        }
    }

    @Test
    void orBothAreToldWhenTheMemberThatTheyShareIsBack() throws Exception {
        answer("a", false);
        try (GroupNode one = node("a,b,c");
                GroupNode other = node("a,d,e")) {
            LockHandle first = one.acquire(KEY, 30_000);
            LockHandle second = other.acquire(KEY, 30_000);
            answer("a", true);
            Await.until("neither is refused", () -> isRefused(one) || isRefused(other));
            first.close();
            second.close();
        } finally {
            answer("a", true);
        }
    }

    private static boolean isRefused(GroupNode node) {
        try {
            node.acquire("another", 0).close();
            return false;
        } catch (LockGuardException e) {
            return e.getMessage().contains("ADVLOCK-0350");
        } catch (AdvisoryLockException notYet) {
            return false;
        }
    }

    @Test
    void inAnyOrderAndWhileOneOfThemIsAway() throws Exception {
        answer("c", false);
        try (GroupNode one = node("a,b,c");
                GroupNode other = node("c,b,a")) {
            LockHandle handle = one.acquire(KEY, 30_000);
            assertThat(tryAcquire(other)).isEmpty();
            answer("c", true);
            GroupNode.awaitWhole(handle);
            handle.close();
            other.acquire(KEY, 30_000).close();
        } finally {
            answer("c", true);
        }
    }

    @Test
    void andChangeThemOneJvmAfterTheOther() {
        long token = 0;
        try (GroupNode before = node("a,b,c");
                GroupNode between = node("a,b,d", "a,b,c");
                GroupNode after = node("a,b,d")) {
            for (List<GroupNode> both : List.of(
                    List.of(before, between),
                    List.of(between, before),
                    List.of(between, after),
                    List.of(after, between))) {
                Await.until("the one before is seen still", () -> locks() == 0);
                LockHandle handle = both.get(0).acquire(KEY, 30_000);
                assertThat(tryAcquire(both.get(1))).isEmpty();
                assertThat(handle.fencingToken()).isGreaterThan(token);
                token = handle.fencingToken();
                handle.close();
            }
            Await.until("it is seen still", () -> locks() == 0);
            LockHandle handle = before.acquire(KEY, 30_000);
            assertRefused(after);
            handle.close();
        }
    }

    /** Otherwise {a, c} of the old members and {b, d} of the new ones could be two holders. */
    @Test
    void soThatWhileTheyChangeAMajorityOfBothIsNeeded() {
        try (GroupNode before = node("a,b,c");
                GroupNode between = node("a,b,d", "a,b,c")) {
            LockHandle a = before.member(0).acquire(KEY);
            LockHandle c = before.member(2).acquire(KEY);
            assertThatExceptionOfType(LockTimeoutException.class)
                    .isThrownBy(() -> between.acquire(KEY, 500))
                    .withMessageContainingAll("DataSource 'b': granted", "DataSource 'c': granted");
            c.close();
            LockHandle handle = between.acquire(KEY, 30_000);
            assertThat(handle.fencingToken()).isPositive();
            handle.close();
            a.close();
        }
    }
}
