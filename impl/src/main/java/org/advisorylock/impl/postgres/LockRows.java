package org.advisorylock.impl.postgres;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockInfo;
import org.advisorylock.LockMode;
import org.jspecify.annotations.Nullable;

/** Reads the advisory rows of pg_locks. */
public final class LockRows {

    private LockRows() {}

    /**
     * All advisory locks of the connection's database.
     *
     * @param names gives what adds its text to a key; it is asked after the locks were read, because a transaction that
     *     comes in between would have no text otherwise
     */
    public static List<LockInfo> readAll(Connection connection, Supplier<UnaryOperator<AdvisoryLockKey>> names)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LockSql.ALL_LOCKS);
                ResultSet rows = statement.executeQuery()) {
            return read(rows, names.get());
        }
    }

    /**
     * The advisory locks with certain keys.
     *
     * @param named adds its text to a key, if the text is known
     */
    public static List<LockInfo> readOf(
            Connection connection, List<AdvisoryLockKey> keys, UnaryOperator<AdvisoryLockKey> named)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LockSql.LOCKS_OF_KEYS)) {
            Statements.bindKeys(connection, statement, 1, keys);
            try (ResultSet rows = statement.executeQuery()) {
                return read(rows, named);
            }
        }
    }

    /** Who else holds one of a request's keys. */
    static List<LockInfo> readHolders(Connection connection, Claim request, boolean undo) throws SQLException {
        if (request.keys().size() > 1) {
            return readHoldersOfAll(connection, request, undo);
        }
        List<LockInfo> holders = readHoldersOfKey(connection, request, undo);
        boolean isPrepared = holders.stream().anyMatch(holder -> holder.pid() == null);
        return isPrepared ? readHoldersOfAll(connection, request, false) : holders;
    }

    private static List<LockInfo> readHoldersOfKey(Connection connection, Claim request, boolean undo)
            throws SQLException {
        String sql = undo ? LockSql.UNDO_REQUEST_AND_READ_HOLDERS_OF_KEY : LockSql.HOLDERS_OF_KEY;
        AdvisoryLockKey key = request.keys().get(0);
        try (PreparedStatement statement = Statements.prepare(connection, sql)) {
            statement.setLong(1, key.number() >>> Integer.SIZE);
            statement.setLong(2, key.number() & 0xFFFF_FFFFL);
            statement.setInt(3, key.isPair() ? 2 : 1);
            statement.execute();
            return read(Statements.rows(statement), request::named);
        }
    }

    private static List<LockInfo> readHoldersOfAll(Connection connection, Claim request, boolean undo)
            throws SQLException {
        String sql = undo ? LockSql.UNDO_REQUEST_AND_READ_HOLDERS : LockSql.HOLDERS_OF_KEYS;
        try (PreparedStatement statement = Statements.prepare(connection, sql)) {
            Statements.bindKeys(connection, statement, 1, request.keys());
            statement.execute();
            return read(Statements.rows(statement), request::named);
        }
    }

    private static List<LockInfo> read(ResultSet rows, UnaryOperator<AdvisoryLockKey> named) throws SQLException {
        List<LockInfo> locks = new ArrayList<>();
        while (rows.next()) {
            locks.add(new LockInfo(
                    named.apply(key(rows)),
                    rows.getBoolean("shared") ? LockMode.SHARED : LockMode.EXCLUSIVE,
                    rows.getBoolean("granted"),
                    rows.getObject("pid", Integer.class),
                    rows.getString("application_name"),
                    rows.getString("client"),
                    instant(rows, "waiting_since"),
                    instant(rows, "transaction_since"),
                    numbers(rows.getArray("blocked_by")),
                    rows.getString("gid")));
        }
        return List.copyOf(locks);
    }

    private static AdvisoryLockKey key(ResultSet rows) throws SQLException {
        long number = rows.getLong("number");
        return rows.getBoolean("pair")
                ? AdvisoryLockKey.of((int) (number >> 32), (int) number)
                : AdvisoryLockKey.of(number);
    }

    private static @Nullable Instant instant(ResultSet rows, String column) throws SQLException {
        OffsetDateTime time = rows.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static List<Integer> numbers(Array array) throws SQLException {
        return Arrays.stream((Integer[]) array.getArray()).distinct().sorted().toList();
    }
}
