package org.advisorylock.impl.postgres;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;

/**
 * All SQL of the library. Only bound numbers go into it. Whatever decides which lock is taken has its schema in front,
 * functions and operators alike, so no {@code search_path} can replace it. Only {@code unnest} of several arrays has
 * none: PostgreSQL's parser knows it by that name alone, and puts its own function there. The texts are constant, so
 * the driver's statement cache keeps them prepared.
 */
final class LockSql {

    /**
     * Outside a transaction block PostgreSQL refuses it (25P01), so there can be no lock on an autocommit connection.
     * It can also be rolled back alone, so a timeout leaves the transaction usable.
     *
     * @see <a href="https://www.postgresql.org/docs/current/sql-savepoint.html">PostgreSQL: SAVEPOINT</a>
     */
    static final String MARK = "SAVEPOINT advisory_lock";

    static final String RELEASE = "RELEASE SAVEPOINT advisory_lock";

    private static final String BEGIN = MARK + ";\n";
    private static final String END = ";\n" + RELEASE;
    private static final String UNDO = "ROLLBACK TO SAVEPOINT advisory_lock;\n";

    /** The text of lock_timeout is set back as it was: it is {@code 5s}, not {@code 5000}. */
    static final String BEFORE =
            "WITH before AS MATERIALIZED (SELECT pg_catalog.current_setting('lock_timeout') AS lock_timeout";

    /** What the lock cannot guard against. It is in the same message. */
    private static final String GUARDS = "SELECT pg_catalog.current_setting('transaction_isolation') AS isolation,"
            + " pg_catalog.pg_is_in_recovery() AS standby, ";

    private static final String GUARDS_AND_BACKEND = GUARDS + "pg_catalog.pg_backend_pid() AS backend, ";

    /** Identifies the place of a connection if a pool hides the driver: the database and the start of its server. */
    static final String PLACE =
            "pg_catalog.current_database() || ' ' || pg_catalog.pg_postmaster_start_time() AS place";

    /** It is a number, because the text of a time depends on the time zone of the session. */
    static final String START = "(1000000 * EXTRACT(epoch FROM pg_catalog.pg_postmaster_start_time()))::bigint";

    private static final String RESTORE = ", pg_catalog.set_config('lock_timeout', before.lock_timeout, true)";

    /** lock_timeout starts again for each key, so each key gets the rest of the whole time. 0 would mean no limit. */
    static final String SET_WHAT_IS_LEFT =
            "pg_catalog.set_config('lock_timeout', CASE WHEN asked.wait < 0 THEN '0' ELSE"
                    + " GREATEST(1, asked.wait - pg_catalog.floor(1000 * EXTRACT(epoch FROM"
                    + " pg_catalog.clock_timestamp() - before.began))::bigint)::text END, true), ";

    private static final String UPPER = "(key.number OPERATOR(pg_catalog.>>) 32)::int";
    private static final String LOWER = "((key.number OPERATOR(pg_catalog.<<) 32) OPERATOR(pg_catalog.>>) 32)::int";

    static final String NUMBER = number("pg_advisory_xact_lock");
    static final String NUMBER_SHARED = number("pg_advisory_xact_lock_shared");
    static final String TRY_NUMBER = tryNumber("pg_try_advisory_xact_lock");
    static final String TRY_NUMBER_SHARED = tryNumber("pg_try_advisory_xact_lock_shared");
    static final String ONCE = once("pg_try_advisory_xact_lock");
    static final String ONCE_SHARED = once("pg_try_advisory_xact_lock_shared");
    static final String NUMBERS = several("", false);
    static final String NUMBERS_SHARED = several("_shared", false);
    static final String SEVERAL = several("", true);
    static final String SEVERAL_SHARED = several("_shared", true);

    static final String UNDO_REQUEST = UNDO + RELEASE;

    private static final String NUMBER_OF_ROW = "(l.classid::bigint << 32) | l.objid::bigint";

    /**
     * A row of pg_locks has the halves of the key as unsigned numbers. {@code waitstart} came with PostgreSQL 14, so it
     * is read by way of JSON. A prepared transaction has no backend; the lock on its own transaction id leads to its
     * name.
     *
     * @see <a href="https://www.postgresql.org/docs/current/view-pg-locks.html">PostgreSQL: pg_locks</a>
     */
    static final String LOCKS = "SELECT " + NUMBER_OF_ROW + " AS number, l.objsubid = 2 AS pair,"
            + " l.mode LIKE '%Share%' AS shared, l.granted, l.pid, a.application_name, pg_catalog.host(a.client_addr) AS client,"
            + " (pg_catalog.to_jsonb(l) ->> 'waitstart')::pg_catalog.timestamptz AS waiting_since,"
            + " COALESCE(a.xact_start, x.prepared) AS transaction_since,"
            + " CASE WHEN l.granted THEN '{}' ELSE pg_catalog.pg_blocking_pids(l.pid) END AS blocked_by, x.gid\n"
            + "FROM pg_catalog.pg_locks l\n"
            + "LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid\n"
            + "LEFT JOIN (SELECT own.virtualtransaction, prepared.gid, prepared.prepared FROM pg_catalog.pg_locks own"
            + " JOIN pg_catalog.pg_prepared_xacts prepared ON prepared.transaction = own.transactionid"
            + " WHERE own.locktype = 'transactionid' AND own.pid IS NULL) x"
            + " ON l.pid IS NULL AND x.virtualtransaction = l.virtualtransaction\n"
            + "WHERE l.locktype = 'advisory' AND l.database ="
            + " (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())";

    private static final String BY_KEY = "\nORDER BY l.objsubid, 1, l.granted DESC, l.pid";

    static final String ALL_LOCKS = LOCKS + BY_KEY;

    static final String OF_KEYS =
            " AND (" + NUMBER_OF_ROW + ", l.objsubid = 2) IN (SELECT * FROM unnest(?::bigint[], ?::boolean[]))";

    static final String LOCKS_OF_KEYS = LOCKS + OF_KEYS + BY_KEY;

    private static final String OF_OTHERS = " AND l.granted AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()";

    static final String HOLDERS_OF_KEYS = LOCKS + OF_OTHERS + OF_KEYS + BY_KEY;

    /**
     * The same for one key, without what only a prepared transaction has. A connection seldom reads holders often
     * enough for a plan that is kept, and two functions are planned three times as fast as the views.
     */
    static final String HOLDERS_OF_KEY = "SELECT " + NUMBER_OF_ROW + " AS number, l.objsubid = 2 AS pair,"
            + " l.mode LIKE '%Share%' AS shared, l.granted, l.pid, a.application_name, pg_catalog.host(a.client_addr) AS client,"
            + " NULL::pg_catalog.timestamptz AS waiting_since, a.xact_start AS transaction_since,"
            + " '{}'::int[] AS blocked_by, NULL AS gid\n"
            + "FROM pg_catalog.pg_locks l"
            + " LEFT JOIN LATERAL pg_catalog.pg_stat_get_activity(COALESCE(l.pid, 0)) a ON true\n"
            + "WHERE l.locktype = 'advisory' AND l.database = (SELECT oid FROM pg_catalog.pg_database"
            + " WHERE datname = pg_catalog.current_database())" + OF_OTHERS
            + " AND l.classid = ?::bigint::oid AND l.objid = ?::bigint::oid AND l.objsubid = ?"
            + "\nORDER BY l.pid";

    static final String UNDO_REQUEST_AND_READ_HOLDERS = UNDO + HOLDERS_OF_KEYS + END;
    static final String UNDO_REQUEST_AND_READ_HOLDERS_OF_KEY = UNDO + HOLDERS_OF_KEY + END;

    static final String IS_HELD =
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.locktype = 'advisory' AND l.granted"
                    + " AND l.pid = pg_catalog.pg_backend_pid() AND l.database ="
                    + " (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())"
                    + " AND " + NUMBER_OF_ROW + " = ? AND (l.objsubid = 2) = ?)";

    /** A session may hold one key in both modes, and then there are two rows. */
    static final String COUNT_HELD = "SELECT pg_catalog.count(DISTINCT (" + NUMBER_OF_ROW + ", l.objsubid))"
            + " FROM pg_catalog.pg_locks l WHERE l.locktype = 'advisory' AND l.granted"
            + " AND l.pid = pg_catalog.pg_backend_pid() AND l.database ="
            + " (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())"
            + " AND (l.mode = 'ExclusiveLock' OR ?)" + OF_KEYS;

    /** The session of a connection, and its place. */
    static final String SESSION = "SELECT pg_catalog.pg_backend_pid() AS backend, " + PLACE;

    /**
     * Identifies a database, over restarts too: the number that initdb gave its cluster, and its own number there.
     *
     * @see <a href="https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-CONTROLDATA">PostgreSQL:
     *     Control Data Functions</a>
     */
    static final String LASTING_IDENTITY = "SELECT c.system_identifier || ' ' || d.oid AS identity"
            + " FROM pg_catalog.pg_control_system() c, pg_catalog.pg_database d"
            + " WHERE d.datname = pg_catalog.current_database()";

    static final String LASTING_IDENTITY_IN_TRANSACTION = BEGIN + LASTING_IDENTITY + END;

    /** The same if the role may not read that number: the start of the server takes its place. */
    static final String IDENTITY_UNTIL_RESTART = "SELECT " + START + " || ' ' || d.oid AS identity"
            + " FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()";

    static final String BEGIN_SELF_TEST = MARK;
    static final String TRY_ONCE = "SELECT pg_catalog.pg_try_advisory_xact_lock(?)";

    /** PostgreSQL refuses it with 25001 if the transaction already has a snapshot. Otherwise it has no effect. */
    static final String REQUIRE_NO_SNAPSHOT = "SET TRANSACTION NOT DEFERRABLE";

    static final String ISOLATION = "SHOW transaction_isolation";

    private static final Map<String, String> WITH_PLACE = new ConcurrentHashMap<>();

    private LockSql() {}

    /** The same statement, whose answer also has the place. */
    static String withPlace(String lockStatement) {
        return WITH_PLACE.computeIfAbsent(
                lockStatement, plain -> plain.replace(GUARDS_AND_BACKEND, GUARDS_AND_BACKEND + PLACE + ", "));
    }

    private static String ofNumber(String function) {
        return "pg_catalog." + function + "(key.number)";
    }

    static String ofKey(String function) {
        return "CASE WHEN key.pair THEN pg_catalog." + function + "(" + UPPER + ", " + LOWER + ") ELSE pg_catalog."
                + function + "(key.number) END";
    }

    /**
     * Takes the first free slot of several. CASE tries one after the other and stops at the first success. A condition
     * with LIMIT 1 once locked more rows than it returned.
     *
     * @see <a href="https://www.postgresql.org/docs/current/functions-conditional.html#FUNCTIONS-CASE">PostgreSQL:
     *     CASE</a>
     */
    static String tryAny(int slots) {
        return BEGIN + GUARDS_AND_BACKEND + firstOf("pg_try_advisory_xact_lock", slots) + " AS slot" + END;
    }

    static String firstOf(String function, int slots) {
        StringBuilder chain = new StringBuilder("CASE");
        for (int slot = 1; slot <= slots; slot++) {
            chain.append(" WHEN pg_catalog.")
                    .append(function)
                    .append("(?) THEN ")
                    .append(slot);
        }
        return chain.append(" ELSE 0 END").toString();
    }

    static boolean isSeveral(Claim request) {
        return request.keys().size() > 1 || hasPairs(request);
    }

    static boolean hasPairs(Claim request) {
        for (AdvisoryLockKey key : request.keys()) {
            if (key.isPair()) {
                return true;
            }
        }
        return false;
    }

    static String acquire(Claim request) {
        boolean shared = request.mode() == LockMode.SHARED;
        if (hasPairs(request)) {
            return shared ? SEVERAL_SHARED : SEVERAL;
        }
        if (isSeveral(request)) {
            return shared ? NUMBERS_SHARED : NUMBERS;
        }
        if (request.isImmediate()) {
            return shared ? TRY_NUMBER_SHARED : TRY_NUMBER;
        }
        return shared ? NUMBER_SHARED : NUMBER;
    }

    private static String number(String function) {
        return BEGIN + BEFORE + ")\n" + GUARDS_AND_BACKEND
                + "pg_catalog.set_config('lock_timeout', ?, true), pg_catalog." + function + "(?)" + RESTORE
                + ", true AS granted FROM before" + END;
    }

    static String tryOnce(Claim request) {
        return request.mode() == LockMode.SHARED ? ONCE_SHARED : ONCE;
    }

    private static String tryNumber(String function) {
        return BEGIN + GUARDS_AND_BACKEND + "pg_catalog." + function + "(?) AS granted" + END;
    }

    /** The driver knows the backend, so one column can be left out. */
    private static String once(String function) {
        return GUARDS + "pg_catalog." + function + "(?)";
    }

    /**
     * Tries the keys in their order. EXISTS ends at the first one that is taken, so nothing after it is held during the
     * wait: whoever waits for a key holds smaller ones only. Then all are locked in the same order; those that are held
     * already are locked once more, which waits for nobody. If no key is taken, the second part has no row. There is no
     * join that could change the order, and no LIMIT, so the planner has no choice. Here a request that tries once
     * waits for a millisecond. A failed try could not be undone without a second message, but this statement aborts as
     * a whole.
     *
     * @see <a href="https://www.postgresql.org/docs/current/functions-subquery.html#FUNCTIONS-SUBQUERY-EXISTS">
     *     PostgreSQL: EXISTS</a>
     */
    private static String several(String shared, boolean pairs) {
        String tried = "pg_try_advisory_xact_lock" + shared;
        String waited = "pg_advisory_xact_lock" + shared;
        String keys = pairs
                ? "asked, unnest(asked.numbers, asked.pairs) AS key(number, pair)"
                : "asked, pg_catalog.unnest(asked.numbers) AS key(number)";
        return BEGIN + "WITH asked AS MATERIALIZED (SELECT ?::bigint AS wait, ?::bigint[] AS numbers"
                + (pairs ? ", ?::boolean[] AS pairs" : "") + "),\n"
                + "before AS MATERIALIZED (SELECT pg_catalog.current_setting('lock_timeout') AS lock_timeout,"
                + " pg_catalog.clock_timestamp() AS began,"
                + " EXISTS (SELECT FROM " + keys + " WHERE NOT " + (pairs ? ofKey(tried) : ofNumber(tried))
                + ") AS taken)\n"
                + GUARDS_AND_BACKEND
                + "CASE WHEN before.taken THEN (SELECT pg_catalog.count(*) FROM (SELECT " + SET_WHAT_IS_LEFT
                + (pairs ? ofKey(waited) : ofNumber(waited)) + RESTORE + " FROM " + keys
                + " OFFSET 0) locked) ELSE (SELECT pg_catalog.cardinality(numbers) FROM asked) END AS locked FROM before"
                + END;
    }
}
