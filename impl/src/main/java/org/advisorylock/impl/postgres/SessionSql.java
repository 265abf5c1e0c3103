package org.advisorylock.impl.postgres;

/** The SQL of session locks, by the rules of {@link LockSql}. */
final class SessionSql {

    /**
     * Which life of its memory a server is in, and for how long. The WAL writer starts with that life, but only some
     * roles may see when. A server that has recovered nothing is in its first life.
     */
    private static final String INCARNATION = LockSql.START
            + " || ' ' || COALESCE(pg_catalog.pg_last_wal_replay_lsn()::text, '') AS incarnation,"
            + " COALESCE((1000 * EXTRACT(epoch FROM pg_catalog.clock_timestamp() - COALESCE("
            + "(SELECT pg_catalog.max(backend_start) FROM pg_catalog.pg_stat_activity WHERE backend_type = 'walwriter'),"
            + " CASE WHEN pg_catalog.pg_last_wal_replay_lsn() IS NULL THEN pg_catalog.pg_postmaster_start_time() END)))::bigint, 0)"
            + " AS age, ";

    /**
     * Checks and sets up a session that shall hold locks. It sets how long the server waits for a client that does not
     * answer or stands still. That is longer than the client needs to notice, so a holder knows of a loss before the
     * server gives its lock away. The answer has the settings before, so that they can be restored.
     *
     * @see <a href="https://www.postgresql.org/docs/current/runtime-config-connection.html">PostgreSQL: Connection
     *     Settings</a>
     */
    static final String OPEN_SESSION = "WITH before AS MATERIALIZED (SELECT "
            + "pg_catalog.current_setting('tcp_keepalives_idle') AS idle,"
            + " pg_catalog.current_setting('tcp_keepalives_interval') AS pause,"
            + " pg_catalog.current_setting('tcp_keepalives_count') AS probes,"
            + " pg_catalog.current_setting('tcp_user_timeout') AS unanswered,"
            + " COALESCE(pg_catalog.current_setting('idle_session_timeout', true), '') AS idle_session)\n"
            + "SELECT pg_catalog.pg_backend_pid() AS backend, pg_catalog.pg_is_in_recovery() AS standby,"
            + " " + INCARNATION
            + "pg_catalog.current_setting('synchronous_standby_names') <> '' AS waits_for_standbys, "
            + LockSql.PLACE + ", before.*, "
            + keepalive() + " FROM before";

    /** Releases everything, so that no lock stays on a connection that goes back to its pool. */
    static final String CLOSE_SESSION = "SELECT pg_catalog.pg_advisory_unlock_all(), " + keepalive();

    static final String BACKEND = "SELECT pg_catalog.pg_backend_pid()";
    static final String END_BACKEND = "SELECT pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid())";
    static final String UNLOCK_ALL = "SELECT pg_catalog.pg_advisory_unlock_all()";

    /**
     * The id of a transaction that begins under the lock. It is written to disk before the answer, because after a
     * crash an id alone may be given again. The logical message commits with the statement, so
     * {@code synchronous_commit} is set in the same one.
     */
    static final String TOKEN =
            "SELECT pg_catalog.pg_backend_pid(), pg_catalog.set_config('synchronous_commit', 'on', true),"
                    + " pg_catalog.pg_logical_emit_message(true, 'advisorylock', ''), pg_catalog.pg_current_xact_id()::text";

    static final String CLOCK = "SELECT pg_catalog.pg_backend_pid(),"
            + " (1000000 * EXTRACT(epoch FROM pg_catalog.clock_timestamp()))::bigint";

    static final String TRY_SESSION = sessionRows("pg_try_advisory_lock");
    static final String TRY_SESSION_SHARED = sessionRows("pg_try_advisory_lock_shared");
    static final String UNLOCK = sessionRows("pg_advisory_unlock");
    static final String UNLOCK_SHARED = sessionRows("pg_advisory_unlock_shared");
    /** Releases exclusive locks and then tries others, in this order. */
    static final String EXCHANGE = "SELECT pg_catalog.pg_backend_pid() AS backend, CASE WHEN key.over THEN "
            + LockSql.ofKey("pg_advisory_unlock") + " ELSE " + LockSql.ofKey("pg_try_advisory_lock")
            + " END AS done FROM unnest(?::bigint[], ?::boolean[], ?::boolean[]) AS key(number, pair, over)";

    /** The same for one number. Without arrays it takes server and client less time. */
    static final String TRY_NUMBER = ofNumber("pg_try_advisory_lock");

    static final String UNLOCK_NUMBER = ofNumber("pg_advisory_unlock");

    static final String LOCK_SESSION = sessionWait("pg_advisory_lock");
    static final String LOCK_SESSION_SHARED = sessionWait("pg_advisory_lock_shared");

    /**
     * Whether another session waits for one of the keys. A session that has a lock can always get it again, before all
     * waiters.
     */
    static final String IS_WAITED_FOR =
            "SELECT EXISTS (" + LockSql.LOCKS + " AND NOT l.granted" + LockSql.OF_KEYS + ")";

    private SessionSql() {}

    /** idle_session_timeout came with PostgreSQL 14. */
    private static String keepalive() {
        return "pg_catalog.set_config('tcp_keepalives_idle', ?, false), pg_catalog.set_config('tcp_keepalives_interval', ?, false),"
                + " pg_catalog.set_config('tcp_keepalives_count', ?, false), pg_catalog.set_config('tcp_user_timeout', ?, false),"
                + " CASE WHEN pg_catalog.current_setting('server_version_num')::int >= 140000 THEN"
                + " pg_catalog.set_config('idle_session_timeout', ?, false) END";
    }

    private static String sessionRows(String function) {
        return "SELECT pg_catalog.pg_backend_pid() AS backend, " + LockSql.ofKey(function)
                + " AS done FROM unnest(?::bigint[], ?::boolean[]) AS key(number, pair)";
    }

    private static String ofNumber(String function) {
        return "SELECT pg_catalog.pg_backend_pid(), pg_catalog." + function + "(?)";
    }

    private static String sessionWait(String function) {
        return LockSql.BEFORE
                + ", pg_catalog.clock_timestamp() AS began)\nSELECT pg_catalog.pg_backend_pid() AS backend, "
                + LockSql.SET_WHAT_IS_LEFT + LockSql.ofKey(function)
                + ", true AS done, (1000 * EXTRACT(epoch FROM pg_catalog.clock_timestamp()"
                + " - before.began))::bigint AS waited FROM before, (SELECT ?::bigint AS wait) asked,"
                + " unnest(?::bigint[], ?::boolean[]) AS key(number, pair)";
    }

    /** The same as {@link LockSql#tryAny} for a session. */
    static String tryAnyForSession(int slots) {
        return "SELECT pg_catalog.pg_backend_pid() AS backend, " + LockSql.firstOf("pg_try_advisory_lock", slots)
                + " AS slot";
    }
}
