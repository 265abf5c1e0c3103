package org.advisorylock.impl.monitor;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockInfo;
import org.advisorylock.LockMonitor;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.LockRows;
import org.advisorylock.impl.postgres.SqlErrors;

/** The monitor, without a container. */
public final class PostgresLockMonitor implements LockMonitor {

    private final Supplier<LockDatabase> database;
    private final UnaryOperator<AdvisoryLockKey> named;

    /** @param named gives a key its text where that is known */
    public PostgresLockMonitor(Supplier<LockDatabase> database, UnaryOperator<AdvisoryLockKey> named) {
        this.database = database;
        this.named = named;
    }

    @Override
    public List<LockInfo> locks() {
        LockDatabase asked = database.get();
        try (Connection connection = asked.connect()) {
            return LockRows.readAll(connection, named);
        } catch (SQLException e) {
            String text = Message.MONITOR.text(asked, SqlErrors.state(e), SqlErrors.firstLine(e));
            throw new AdvisoryLockException(text, List.of(), e);
        }
    }
}
