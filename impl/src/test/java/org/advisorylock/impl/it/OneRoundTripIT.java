package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.testbed.JtaStack;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.advisorylock.testbed.TcpProxy;
import org.advisorylock.testbed.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A proxy between the pool and PostgreSQL counts the round trips. */
@ExtendWith(NoLockLeft.class)
class OneRoundTripIT {

    private static final int CALLS = 20;

    private static TcpProxy proxy;
    private static Application application;
    private static Shop shop;
    private static DataSource dataSource;

    @BeforeAll
    static void start() throws Exception {
        JtaStack jta = JtaStack.start();
        proxy = TcpProxy.toDatabase();
        dataSource = jta.pool(JtaStack.Enlistment.LOCAL, proxy.jdbcUrl(), 1);
        TestDataSources.local = dataSource;
        application = Application.start(jta, Shop.class);
        shop = application.get(Shop.class);
    }

    @AfterAll
    static void stop() throws Exception {
        application.close();
        proxy.close();
    }

    private static int work() throws Exception {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT 1");
            return 1;
        }
    }

    /**
     * Round trips of one call, once the DataSource is proved and the driver has prepared its statements. Returns the
     * least of some batches: the proxy counts one too many if the server begins to answer before it has the whole
     * message.
     */
    static double roundTrips(TcpProxy proxy, Callable<?> call) throws Exception {
        for (int i = 0; i < 10; i++) {
            call.call();
        }
        long least = Long.MAX_VALUE;
        for (int batch = 0; batch < 3; batch++) {
            long before = proxy.roundTrips();
            for (int i = 0; i < CALLS; i++) {
                call.call();
            }
            least = Math.min(least, proxy.roundTrips() - before);
        }
        return least / (double) CALLS;
    }

    private static List<String> keys(int count) {
        return IntStream.range(0, count).mapToObj(i -> "key-" + i).toList();
    }

    @Test
    void isAllThatAnUncontendedLockCosts() throws Exception {
        double without = roundTrips(proxy, () -> shop.unlocked(OneRoundTripIT::work));
        assertThat(without).isEqualTo(2);
        assertThat(roundTrips(proxy, () -> shop.locked("k", OneRoundTripIT::work)))
                .isEqualTo(without + 1);
        assertThat(roundTrips(proxy, () -> shop.several(keys(100), OneRoundTripIT::work)))
                .isEqualTo(without + 1);
        assertThat(roundTrips(proxy, () -> shop.patiently("k", OneRoundTripIT::work)))
                .isEqualTo(without + 1);
    }

    @Test
    void isNotEvenNeededInsideACallThatHoldsTheKey() throws Exception {
        assertThat(roundTrips(proxy, () -> shop.locked("k", () -> shop.locked("k", OneRoundTripIT::work))))
                .isEqualTo(3);
        assertThat(roundTrips(proxy, () -> shop.locked("k", () -> shop.shared("k", OneRoundTripIT::work))))
                .isEqualTo(3);
        assertThat(roundTrips(proxy, () -> shop.several(keys(9), () -> shop.several(keys(5), OneRoundTripIT::work))))
                .isEqualTo(3);
        assertThat(roundTrips(
                        proxy,
                        () -> shop.locked("k", () -> {
                            shop.proved("k");
                            return work();
                        })))
                .isEqualTo(3);
    }

    @Test
    void isNeededAgainAfterThatCallHasReturned() throws Exception {
        double twice = roundTrips(
                proxy,
                () -> application.inTransaction(() -> {
                    shop.locked("k", () -> 1);
                    return shop.locked("k", OneRoundTripIT::work);
                }));
        assertThat(twice).isEqualTo(4);
    }

    @Test
    void isJoinedByOneMoreWhereTheKeyIsTaken() throws Exception {
        assertThat(roundTrips(proxy, () -> {
                    try (Rival rival =
                            Rival.holding(AdvisoryLockKey.of("k", KeyHash.MD5).number())) {
                        CompletableFuture<Integer> call =
                                Application.async(() -> shop.locked("k", OneRoundTripIT::work));
                        Rival.awaitWaiter(AdvisoryLockKey.of("k", KeyHash.MD5).number());
                        rival.commit();
                        return call.get();
                    }
                }))
                .isEqualTo(4);
    }

    /** If the driver tells that there is a transaction, no statement has to prove it. */
    @ParameterizedTest
    @CsvSource({
        "LOCAL, false, SELECT",
        "XA, false, SELECT",
        "LOCAL, true, RELEASE SAVEPOINT",
        "XA, true, RELEASE SAVEPOINT"
    })
    void isASelectAloneIfTheDriverTellsOfTheTransaction(JtaStack.Enlistment enlistment, boolean opaque, String last)
            throws Exception {
        JtaStack jta = JtaStack.start();
        Switching switching =
                new Switching(jta.pool(enlistment, TestDatabase.get().jdbcUrl(), 3));
        switching.opaque = opaque;
        TestDataSources.local = switching;
        try (Application telling = Application.start(jta, Shop.class)) {
            assertThat(telling.get(Shop.class).locked("k", OneRoundTripIT::lastStatementOfTheHolder))
                    .startsWith(last);
        }
    }

    private static String lastStatementOfTheHolder() throws Exception {
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT a.query FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory'")) {
            rows.next();
            return rows.getString(1).strip();
        }
    }

    @Test
    void isJoinedByOneMoreAfterATimeout() throws Exception {
        try (Rival rival = Rival.holding(AdvisoryLockKey.of("k", KeyHash.MD5).number())) {
            assertThat(roundTrips(
                            proxy,
                            () -> application.inTransaction(() -> {
                                work();
                                return application.locks().tryAcquire("k", Duration.ofMillis(1));
                            })))
                    .isEqualTo(4);
            assertThat(roundTrips(
                            proxy,
                            () -> application.inTransaction(() -> {
                                work();
                                return application.locks().tryAcquire("k", Duration.ZERO);
                            })))
                    .isEqualTo(3);
        }
    }

    /** A driver that fetches the rows of several statements late would also take the locks late. pgjdbc does not. */
    @Test
    void takesAllKeysWhateverTheDataSourcesFetchSizeIs() throws Exception {
        String url = TestDatabase.get().jdbcUrl();
        JtaStack jta = JtaStack.start();
        TestDataSources.local =
                jta.pool(JtaStack.Enlistment.LOCAL, url + (url.contains("?") ? "&" : "?") + "defaultRowFetchSize=2", 3);
        try (Application fetching = Application.start(jta, Shop.class)) {
            int held = fetching.get(Shop.class)
                    .several(keys(100), () -> fetching.monitor().locks().size());
            assertThat(held).isEqualTo(100);
        }
    }
}
