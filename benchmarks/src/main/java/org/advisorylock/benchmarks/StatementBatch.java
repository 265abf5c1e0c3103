package org.advisorylock.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.benchmarks.stub.StubDataSource;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.PostgresLocks;

/** The statements of one message to PostgreSQL, separated by {@code ;}, and their parameters. */
record StatementBatch(String sql, List<Object> parameters) {

    static StatementBatch of(String sql, Object... parameters) {
        return new StatementBatch(sql, List.of(parameters));
    }

    /** A database whose driver tells what the library wants to know. */
    static LockDatabase proved(StubDataSource dataSource) throws Exception {
        LockDatabase database = new LockDatabase("stub", dataSource);
        Claim request = Claim.of(List.of(AdvisoryLockKey.of(1)), LockMode.EXCLUSIVE, AdvisoryLock.IMMEDIATE);
        database.prove(request, System.nanoTime() + 60_000_000_000L);
        return database;
    }

    /** What the library sends to wait for a key, whatever its present version makes of that. */
    static StatementBatch ofLibrary(PostgresLocks library, AdvisoryLockKey key, long waitMillis) throws Exception {
        StubDataSource recorder = new StubDataSource();
        return ofLibrary(library, proved(recorder), recorder, key, waitMillis);
    }

    /** The same where the driver tells nothing. */
    static StatementBatch ofLibraryUntold(PostgresLocks library, AdvisoryLockKey key, long waitMillis)
            throws Exception {
        StubDataSource recorder = new StubDataSource();
        return ofLibrary(library, new LockDatabase("stub", recorder), recorder, key, waitMillis);
    }

    private static StatementBatch ofLibrary(
            PostgresLocks library, LockDatabase database, StubDataSource recorder, AdvisoryLockKey key, long waitMillis)
            throws SQLException {
        List<Object> sent = new ArrayList<>();
        recorder.recordTo(sent);
        Claim request = Claim.of(List.of(key), LockMode.EXCLUSIVE, waitMillis);
        library.acquire(database, recorder.getConnection(), request);
        return recorded(sent);
    }

    /** What it sends first, where the driver tells the status of the transaction. */
    static StatementBatch tryOfLibrary(PostgresLocks library, AdvisoryLockKey key) throws Exception {
        List<Object> sent = new ArrayList<>();
        StubDataSource recorder = new StubDataSource();
        LockDatabase database = proved(recorder);
        recorder.recordTo(sent);
        Claim request = Claim.of(List.of(key), LockMode.EXCLUSIVE, AdvisoryLock.IMMEDIATE);
        library.tryOnce(database, recorder.getConnection(), request);
        return recorded(sent);
    }

    private static StatementBatch recorded(List<Object> sent) {
        return new StatementBatch((String) sent.get(0), List.copyOf(sent.subList(1, sent.size())));
    }

    /** Sends it and gives the first column of the first row of each result. */
    List<String> send(Connection connection) throws SQLException {
        List<String> answers = new ArrayList<>(2);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.size(); i++) {
                statement.setObject(i + 1, parameters.get(i));
            }
            boolean hasRows = statement.execute();
            while (hasRows || statement.getUpdateCount() >= 0) {
                if (hasRows) {
                    ResultSet rows = statement.getResultSet();
                    rows.next();
                    answers.add(String.valueOf(rows.getString(1)));
                }
                hasRows = statement.getMoreResults();
            }
        }
        return answers;
    }
}
