package org.advisorylock.impl.monitor;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockInfo;
import org.advisorylock.LockMonitor;
import org.advisorylock.LockRequest;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.LockRows;
import org.advisorylock.impl.postgres.SqlErrors;

/** The monitor, without a container. */
public final class PostgresLockMonitor implements LockMonitor {

    private final Supplier<LockDatabase> database;
    private final Supplier<UnaryOperator<AdvisoryLockKey>> names;
    private final Function<LockRequest, Claim> claims;

    /**
     * @param names gives what adds its text to a key, if the text is known
     * @param claims makes the keys of a request
     */
    public PostgresLockMonitor(
            Supplier<LockDatabase> database,
            Supplier<UnaryOperator<AdvisoryLockKey>> names,
            Function<LockRequest, Claim> claims) {
        this.database = database;
        this.names = names;
        this.claims = claims;
    }

    @Override
    public List<LockInfo> locks() {
        return read(connection -> LockRows.readAll(connection, names));
    }

    @Override
    public List<LockInfo> locks(LockRequest keys) {
        Claim claim = claims.apply(keys);
        List<AdvisoryLockKey> asked = claim.isForPermit() ? claim.slots() : claim.keys();
        UnaryOperator<AdvisoryLockKey> naming =
                key -> asked.stream().filter(key::equals).findFirst().orElse(key);
        return read(connection -> LockRows.readOf(connection, asked, naming));
    }

    private List<LockInfo> read(Query query) {
        LockDatabase asked = database.get();
        try (Connection connection = asked.connect()) {
            return query.read(connection);
        } catch (SQLException e) {
            String text = CallMessage.MONITOR.text(asked, SqlErrors.state(e), SqlErrors.firstLine(e));
            throw new AdvisoryLockException(text, List.of(), e);
        }
    }

    @FunctionalInterface
    private interface Query {
        List<LockInfo> read(Connection connection) throws SQLException;
    }
}
