package org.advisorylock.impl;

/** What a call throws. */
public enum CallMessage implements Message {
    TIMEOUT("0101", "%s not granted within %s; %s; raise accessTimeout, or make the holder finish sooner"),
    DEADLOCK(
            "0102",
            "%s: PostgreSQL ended the wait after %s, to resolve a deadlock: %s; the transaction is marked for"
                    + " rollback; run it again, and take keys that belong together in one @AdvisoryLock, which"
                    + " sorts them"),
    CANCELLED(
            "0103",
            "%s: the wait was cancelled after %s (%s: %s), as a statement_timeout, a query timeout or"
                    + " pg_cancel_backend does; keep the two timeouts above accessTimeout"),
    DATABASE("0104", "%s: the database refused (%s: %s); the transaction is marked for rollback"),
    OUT_OF_LOCK_TABLE(
            "0105",
            "%s: PostgreSQL's lock table is full (%s: %s); the transaction is marked for rollback; lock fewer keys"
                    + " at once, or raise max_locks_per_transaction"),
    CONNECTION_LOST(
            "0106",
            "%s: the connection was lost after %s (%s: %s); the lock ended with it; the transaction is marked for"
                    + " rollback; run it again"),
    NO_CONNECTION(
            "0107",
            "%s: %s gave no connection (%s); if its pool is exhausted, make it larger, or let transactions"
                    + " finish sooner"),
    NO_PRIVILEGE(
            "0108",
            "%s: this role may not take advisory locks (%s: %s); GRANT EXECUTE on the pg_advisory functions to it"),
    MONITOR("0109", "the locks of %s cannot be read (%s: %s)"),
    INTERRUPTED(
            "0110",
            "%s: the thread was interrupted after it had waited for %s; the lock is not held, nothing waits for"
                    + " it in the server, and the transaction is usable"),
    SELF_DEADLOCK(
            "0111",
            "%s is held by a suspended transaction of this thread (taken in %s), which can go on only after"
                    + " this call (%s) returns, so the call would wait for itself; take the lock in one of the"
                    + " two transactions only, or use REQUIRED instead of REQUIRES_NEW"),
    UPGRADE_REFUSED(
            "0112",
            "%s: the transaction holds it in shared mode (taken in %s), and others hold it or wait for it; an"
                    + " upgrade is tried once and does not wait, because two upgrades would wait for each other;"
                    + " take it in exclusive mode from the start"),
    TIMEOUT_OF_TRANSACTION(
            "0113",
            "%s not granted within %s, which is all that the transaction timeout left of accessTimeout; %s;"
                    + " raise the transaction timeout, or make the holder finish sooner"),
    SESSION_INTERRUPTED(
            "0114",
            "%s: the thread was interrupted after it had waited for %s; the lock is not held, and nothing waits"
                    + " for it in the server"),
    SESSION_DATABASE("0115", "%s: the database refused (%s: %s); the lock is not held"),
    LOST(
            "0116",
            "%s was lost: %s; another holder may have begun since then; check what this one did meanwhile, or"
                    + " let the resource refuse it by the fencing token; see advisorylock.session.heartbeat"),
    SELF_DEADLOCK_WITH_TRANSACTION(
            "0117",
            "%s is held by a transaction of this thread (taken in %s), which can go on only after this call"
                    + " (%s) returns, so the call would wait for itself; take only one of the two locks, or take"
                    + " the session lock first"),
    SELF_DEADLOCK_WITH_SESSION(
            "0118",
            "%s is held by this thread as a session lock (taken in %s), which is released only after this call"
                    + " (%s) returns, so the call would wait for itself; the session lock guards this work"
                    + " already, so take only one of the two"),
    SELF_DEADLOCK_OF_UPGRADE(
            "0119",
            "%s is held in shared mode by this thread (taken in %s), so a call for exclusive mode (%s) would"
                    + " wait for itself; take it in exclusive mode from the start"),
    SESSION_CLOSED("0120", "%s: the application is ending, and its session locks with it"),
    NO_MAJORITY(
            "0121",
            "%s: of the %d databases of group '%s' %s must grant it, but only %d could be asked within %s: %s;"
                    + " the lock is not held"),
    CLOCKS_APART(
            "0122",
            "%s: group '%s' has no fencing token, because no majority of its servers has clocks within %s: %s;"
                    + " synchronize the clocks, as with NTP"),
    SHARED_BEHIND_A_WAITER(
            "0123",
            "%s is held in shared mode by %s, and another session waits for it in exclusive mode; PostgreSQL"
                    + " would queue this call (%s) behind that session, which waits for this thread; take the"
                    + " lock once, or in the same transaction"),
    TRANSACTION_TIMEOUT(
            "0124",
            "%s: PostgreSQL's transaction_timeout ended the session and its transaction after %s (%s: %s); keep"
                    + " accessTimeout and the transaction timeout below transaction_timeout"),
    NO_ELECTION(
            "0130",
            "an election needs a name; with an empty one all who give no name would stand in the same election"),
    LINE_FULL("0131", "election '%s': all %d places in the line are taken"),
    HELD_IN_OTHER_SESSION(
            "0132",
            "%s is held by this very transaction, by %s in another session of the same database (backend %d,"
                    + " taken in %s), so this call (%s) would wait for itself on %s; take the key by one"
                    + " DataSource only, that of the data that it guards"),
    RESOLVED_NOTHING("0209", "%s: the keyResolver %s gave no keys; without a key there is no lock"),
    BAD_WAIT(
            "0212",
            "the wait %s is out of range; allowed are zero (try once) to %d ms, the longest lock_timeout of"
                    + " PostgreSQL"),
    PERMITS_OF_SEVERAL_KEYS("0215", "%s: only a single key can have permits, but this call asks for %d keys"),
    NO_ORDER_IN_TRANSACTION(
            "0230",
            "%s: a transaction always takes its keys in the order of their numbers, so that callers do not"
                    + " deadlock; leave inOrder() out, or use SessionLocks"),
    NO_TRANSACTION(
            "0301",
            "%s needs an active JTA transaction, and there is none; add @Transactional to the method, or begin a"
                    + " transaction around the call"),
    NOT_ACTIVE("0302", "%s needs an active JTA transaction, and this one is %s; it can only be rolled back"),
    ENDED_WHILE_WAITING(
            "0303",
            "%s: the transaction is %s now, after a wait of %s, so PostgreSQL has released the lock or is about"
                    + " to; keep accessTimeout below the transaction timeout"),
    OUTSIDE_TRANSACTION(
            "0304",
            "%s: the connection of %s is in no transaction (autocommit), so the lock would end at once; use a"
                    + " DataSource that takes part in JTA transactions"),
    NOT_ENLISTED(
            "0305",
            "%s: two connections of %s in one JTA transaction are two sessions of PostgreSQL (backends %s and"
                    + " %s), so the lock would not end with the transaction; either the DataSource takes no part in JTA:"
                    + " use one that does (jta=true, transactional=true); or it opens a connection for each call of"
                    + " getConnection(): use a pool that keeps one connection for each transaction"),
    NOT_POSTGRESQL(
            "0306",
            "%s: %s is %s, not PostgreSQL; name the right one by @AdvisoryLock(dataSource = ...) or the"
                    + " configuration property advisorylock.datasource"),
    NOT_HELD(
            "0307",
            "%s is not held by this transaction; if the method has @AdvisoryLock, the call did not pass its"
                    + " interceptor, as with this.method() or an event that the bean fires to itself; call it"
                    + " through the injected bean, and give that a normal scope"),
    NO_ANNOTATION(
            "0308",
            "%s was intercepted for @AdvisoryLock, but the annotation was found neither on the method nor on %s; put it"
                    + " on one of the two"),
    NO_DATA_SOURCE(
            "0309",
            "DataSource '%s' was not found: %s; name one by @AdvisoryLock(dataSource = ...) or the"
                    + " configuration property advisorylock.datasource"),
    NO_REGISTRY(
            "0311",
            "there is no TransactionSynchronizationRegistry, neither as a CDI bean nor at %s (%s); the library"
                    + " needs a JTA transaction manager, and a thread that the server manages"),
    NOT_ALL_LOCKED(
            "0312",
            "%s: PostgreSQL answered for %d of %d keys; the transaction is marked for rollback; report this with the"
                    + " versions of driver and server"),
    STALE_SNAPSHOT(
            "0313",
            "%s refused in isolation level %s: the lock's own statement takes the snapshot before it waits, so"
                    + " later reads would not see what the last holder committed; use READ COMMITTED or scope ="
                    + " SESSION, or set advisorylock.isolation=warn or allow if no read after the lock matters"),
    STANDBY(
            "0314",
            "%s: %s is a standby in recovery, and its locks exclude nobody on the primary; connect to the"
                    + " primary (targetServerType=primary)"),
    NO_REAL_LOCKS(
            "0315",
            "%s: %s is %s, but its advisory locks exclude nobody: %s; it may speak PostgreSQL's protocol without being"
                    + " PostgreSQL"),
    NO_SESSIONS(
            "0316",
            "%s: the sessions of %s do not keep their locks: %s; a pooler in transaction mode is the usual"
                    + " cause; set advisorylock.session.datasource to a DataSource that leads past it, or use"
                    + " scope = TRANSACTION, which works through it"),
    STALE_SNAPSHOT_OF_JOINED(
            "0317",
            "%s refused: the call joins a transaction in isolation level %s that has read already, so reads"
                    + " after the lock would not see what the last holder committed; take the lock before that"
                    + " transaction begins, run it in READ COMMITTED, or set advisorylock.isolation=warn or allow"
                    + " if no read after the lock matters"),
    GROUP_IN_TRANSACTION(
            "0318",
            "%s: '%s' is a group of databases (advisorylock.group.%2$s), and a transaction cannot hold a lock"
                    + " in a group; use scope = LockScope.SESSION, or SessionLocks.on(\"%2$s\")"),
    GROUP_NOT_DISTINCT(
            "0319",
            "%s: %s and %s of group '%s' are the same database (%s), which would count twice; name independent"
                    + " ones"),
    GROUP_HAS_NO_PERMITS(
            "0320",
            "%s: group '%s' has no permits, because majorities of its databases could grant more than there"
                    + " are; use a lock without permits, or permits in one database"),
    OTHER_DATABASE(
            "0321",
            "%s: %s led to database %s before, and leads to database %s now; a lock in one guards nothing in"
                    + " the other; name one DataSource for each database (dataSource = ..., on(...),"
                    + " advisorylock.datasource)"),
    BAD_NAME(
            "0322",
            "'%s' cannot be the name of a DataSource: %s; code may use names of beans, configured names, and"
                    + " JNDI names that begin with java:; an annotation or the configuration may also use JNDI"
                    + " names without a colon"),
    PROOF_TIMEOUT(
            "0324",
            "%s not granted within %s: it was not proved yet that locks of %s guard; the first lock of a"
                    + " DataSource needs some connections and round trips for the proof; raise accessTimeout, or"
                    + " find out why its connections come so late"),
    NO_CONNECTION_IN_TIME(
            "0325",
            "%s not granted within %s: %s gave no connection; its pool is exhausted, or its server does not"
                    + " answer; make the pool larger, hold connections for less time, or raise accessTimeout"),
    OUTLIVES_LOCK(
            "0330",
            "%s: its result (%s) comes after the lock has ended; the work goes on without a lock, and the"
                    + " transaction does not commit; return the value itself, or wait for it in the method"),
    STAGE_NOT_KEPT(
            "0331",
            "%s returns a %s, but this runtime ends the transaction, and the lock with it, when"
                    + " the method returns; return the value itself, or use scope = LockScope.SESSION, which"
                    + " holds the lock until the result is there"),
    OTHER_PERMITS(
            "0335",
            "%s: others in this application use it with %d permits; two numbers together would let in more than"
                    + " either allows; use one number of permits for one key"),
    ELECTIONS_CLOSED("0340", "election '%s': the application has ended, so nobody can stand in its elections any more"),
    GROUP_DISAGREES(
            "0350",
            "group '%s' has the members %s here, but %s, seen on %s, has %d members, of these only %s; so both"
                    + " could hold one lock at the same time; give all JVMs the same members; to change them, see"
                    + " advisorylock.group.%1$s.former"),
    BAD_SETTING("0401", "the configuration property %s is '%s'; allowed are %s");

    private final String id;
    private final String template;

    CallMessage(String id, String template) {
        this.id = id;
        this.template = template;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String template() {
        return template;
    }
}
