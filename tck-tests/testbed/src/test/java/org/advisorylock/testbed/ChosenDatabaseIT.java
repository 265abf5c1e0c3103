package org.advisorylock.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class ChosenDatabaseIT {

    @Test
    void isOneForTheJvm() {
        assertThat(TestDatabase.get()).isSameAs(TestDatabase.get());
        assertThat(TestDatabase.get().jdbcUrl())
                .contains(TestDatabase.get().host() + ":" + TestDatabase.get().port())
                .contains("/" + TestDatabase.get().database());
    }

    @Test
    void connectionsTellWhoseTheyAre() throws SQLException {
        assertThat(show("application_name")).isEqualTo("testbed");
    }

    @Test
    void canPrepareTransactions() throws SQLException {
        assertThat(Integer.parseInt(show("max_prepared_transactions"))).isPositive();
    }

    private static String show(String setting) throws SQLException {
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW " + setting)) {
            assertThat(connection.getAutoCommit()).isTrue();
            row.next();
            return row.getString(1);
        }
    }
}
