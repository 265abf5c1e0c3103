package org.advisorylock.benchmarks;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLock;

/** What everybody wants, and what has nothing to do with it, on one pool. */
@ApplicationScoped
@Transactional
public class Counter {

    @Inject
    DataSource dataSource;

    @AdvisoryLock("counter")
    public void counted(Runnable work) {
        work.run();
    }

    public int read(int id) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("SELECT v FROM advisory_lock_benchmark WHERE id = ?")) {
            statement.setInt(1, id);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }
}
