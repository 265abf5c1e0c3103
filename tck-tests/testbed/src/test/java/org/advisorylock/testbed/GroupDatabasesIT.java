package org.advisorylock.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GroupDatabasesIT {

    private static String identity(String url) throws SQLException {
        TestDatabase database = TestDatabase.get();
        try (Connection connection = DriverManager.getConnection(url, database.user(), database.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()")) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void areThreeBesideTheTestDatabaseAndTheSameNextTime() throws SQLException {
        List<String> urls = TestDatabase.get().groupUrls();
        assertThat(TestDatabase.get().groupUrls()).hasSize(3).isEqualTo(urls);
        Set<String> identities =
                new HashSet<>(Set.of(identity(TestDatabase.get().jdbcUrl())));
        for (String url : urls) {
            identities.add(identity(url));
        }
        assertThat(identities).hasSize(4);
    }

    @Test
    void tellWhatIsMissingWhereTheyCannotBeCreated() {
        TestDatabase database = TestDatabase.get();
        String url = database.groupUrls().get(0);
        // In a read-only transaction nobody may create a database.
        String readOnly = url + (url.contains("?") ? "&" : "?") + "options=-c%20default_transaction_read_only=on";
        JdbcAddress address = JdbcAddress.parse(
                readOnly,
                Map.of("LOCKS_TEST_JDBC_USER", database.user(), "LOCKS_TEST_JDBC_PASSWORD", database.password()));
        assertThatIllegalStateException()
                .isThrownBy(() -> GroupDatabases.urls(address))
                .withMessageContainingAll(
                        database.database() + "_group_a_group_a'", "'" + database.user() + "'", "25006", "CREATEDB");
    }
}
