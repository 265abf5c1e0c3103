package org.advisorylock.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class TcpProxyIT {

    @Test
    void countsRoundTrips() throws Exception {
        try (TcpProxy proxy = TcpProxy.toDatabase();
                Connection connection = connect(proxy);
                Statement statement = connection.createStatement()) {
            long before = proxy.roundTrips();
            statement.execute("SELECT 1");
            statement.execute("SELECT 1");
            assertThat(proxy.roundTrips() - before).isEqualTo(2);
            statement.execute("SELECT 1; SELECT 2; SELECT 3");
            assertThat(proxy.roundTrips() - before).isEqualTo(3);
        }
    }

    @Test
    void aBlackHoleDelaysWithoutAWord() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (TcpProxy proxy = TcpProxy.toDatabase();
                Connection connection = connect(proxy);
                Statement statement = connection.createStatement()) {
            proxy.blackhole(true);
            connection.setNetworkTimeout(Runnable::run, 0);
            Future<Boolean> answer = thread.submit(() -> statement.execute("SELECT 1"));
            assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> answer.get(100, TimeUnit.MILLISECONDS));
            proxy.blackhole(false);
            assertThat(answer.get(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void aCutEndsTheConnectionAndNewOnesArePossible() throws Exception {
        try (TcpProxy proxy = TcpProxy.toDatabase();
                Connection connection = connect(proxy);
                Statement statement = connection.createStatement()) {
            proxy.cut();
            assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("SELECT 1"));
            try (Connection another = connect(proxy)) {
                assertThat(another.isValid(5)).isTrue();
            }
        }
    }

    private static Connection connect(TcpProxy proxy) throws SQLException {
        TestDatabase database = TestDatabase.get();
        return DriverManager.getConnection(proxy.jdbcUrl(), database.user(), database.password());
    }
}
