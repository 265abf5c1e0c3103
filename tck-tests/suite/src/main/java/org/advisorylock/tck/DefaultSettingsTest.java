package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.advisorylock.LockMode;
import org.advisorylock.TransactionLocks;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** The configured defaults. */
@Locking
class DefaultSettingsTest extends ContractTest {

    @Inject
    TransactionLocks locks;

    @Inject
    @SecondDataSource
    DataSource other;

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(
                DefaultSettingsTest.class,
                "advisorylock.isolation=warn\nadvisorylock.datasource=" + SecondDataSource.NAME);
    }

    private int pidThere() throws SQLException {
        try (Connection connection = other.getConnection()) {
            return Integer.parseInt(Database.query(connection, "SELECT pg_catalog.pg_backend_pid()"));
        }
    }

    @Test
    @Assertion("CONF-04")
    void theConfigurationNamesTheDefaultDataSource() throws Exception {
        inTransaction(() -> {
            locks.acquire("text");
            assertThat(database.locks())
                    .containsExactly(new LockRow(key("text"), LockMode.EXCLUSIVE, true, pidThere()));
        });
    }

    @Test
    @Assertion("CONF-02")
    void aLockInRepeatableReadGoesOnWithAWarning() throws Exception {
        inTransaction(() -> {
            try (Connection connection = other.getConnection();
                    PreparedStatement statement =
                            connection.prepareStatement("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")) {
                statement.execute();
            }
            locks.acquire("text");
            assertThat(database.heldKeys()).containsExactly(key("text"));
        });
    }
}
