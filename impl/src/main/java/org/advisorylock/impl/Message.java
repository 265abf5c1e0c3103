package org.advisorylock.impl;

import java.util.Locale;
import org.advisorylock.spi.Printable;
import org.jspecify.annotations.Nullable;

/**
 * The texts of errors and warnings: what happened, numbers, what to do. Each has a row in {@code docs/errors.md}; an id is
 * never used twice. Ids 0201 to 0208, 0211, 0213 and 0216 to
 * 0224 belong to the API.
 */
public enum Message {
    // The deployment fails, or, where no build-compatible extension runs, the first call.
    NO_TEMPLATE(
            "0001",
            "%s: @AdvisoryLock has neither a template nor a keyResolver, and no key is ever derived from a name;"
                    + " write one, as in @AdvisoryLock(\"account:{0}\")"),
    BAD_TEMPLATE("0002", "%s: template '%s' %s"),
    UNKNOWN_PARAMETER("0003", "%s: template '%s' names the parameter '%s', which is not there; allowed are %s"),
    NO_PARAMETER_NAMES(
            "0004",
            "%s: template '%s' names the parameter '%s', but the class was compiled without parameter names;"
                    + " compile it with -parameters, or write its index, as in '{0}'"),
    UNKNOWN_PROPERTY("0005", "%s: template '%s' names the property '%s', but %s has no such property; it has %s"),
    PLACES_NOT_SEPARATED("0006", "%s: template '%s' %s"),
    NO_VALUE("0007", "%s: the place '{%s}' of template '%s' is of %s, which %s"),
    SKIP_IMPOSSIBLE("0008", "%s: onTimeout = SKIP is impossible, %s"),
    BAD_TIMEOUT("0009", "%s: accessTimeout = %d %s is %s"),
    TEMPLATE_AND_RESOLVER("0010", "%s: @AdvisoryLock has templates and a keyResolver; keep one of the two"),
    NOT_INTERCEPTED("0011", "%s: @AdvisoryLock has no effect here, %s"),
    NOT_ONE_INTERCEPTOR(
            "0012",
            "the interceptor of @AdvisoryLock is enabled %d times, and must be once, but %s has the annotation;"
                    + " %s"),
    LOCK_KEY_ALONE("0013", "%s: a parameter has @LockKey, but no @AdvisoryLock applies to the method; add it"),
    INACCESSIBLE(
            "0014",
            "%s: template '%s' names the property '%s' of %s, which cannot be called from outside its module; open the"
                    + " package, or use a public type"),
    BACKSLASH("0015", "%s: template '%s' %s"),
    NO_RESOLVER(
            "0016",
            "%s: the keyResolver %s is not a bean that can be had: %s; give the class a scope, as in @ApplicationScoped"),

    NO_RETRY_POSSIBLE("0017", "%s: retries = %d is impossible, %s"),
    HOLD_AT_LEAST_IMPOSSIBLE("0018", "%s: holdAtLeast = %d is impossible, %s"),
    PERMITS_IMPOSSIBLE("0019", "%s: permits = %d is impossible, %s"),
    NEVER_A_NUMBER(
            "0020",
            "%s: template '%s' with hash = NONE can never be a number; write a number, or one place alone or after the first"
                    + " number of a pair, as in '{0}' or '7,{0}', or use hash = MD5"),
    AMBIGUOUS("0025", "%s has several @AdvisoryLocks that differ: %s; keep one of them"),
    LATER_RESULT("0026", "%s: %s; the lock would be gone before the work is done; %s"),
    OTHER_THREAD(
            "0027",
            "%s: @Asynchronous of MicroProfile Fault Tolerance calls the method inside transaction and lock, which end before its body"
                    + " has run; use @Asynchronous of Jakarta Concurrency or of enterprise beans, which stand outside, or put @AdvisoryLock on a"
                    + " method of another bean that the body calls"),
    NO_NORMAL_SCOPE(
            "0028",
            "%s: the bean has no normal scope; while another method of the same instance runs, here %s, Weld calls no interceptor, and the"
                    + " lock would be missing; give the bean a normal scope, as in @ApplicationScoped or @RequestScoped"),
    BY_REFLECTION(
            "0029",
            "%s: the method %s, so Weld's client proxy calls it by reflection; while another method of the same bean runs it calls no"
                    + " interceptor then, and the lock would be missing; make method and types public"),
    NO_BEAN(
            "0030",
            "%s: %s makes and calls its instances, past all interceptors, and @AdvisoryLock has no effect there; put it on a method of a"
                    + " bean that the class calls"),
    TIMEOUT("0101", "%s not granted within %s; %s; raise accessTimeout, or shorten the holder"),
    DEADLOCK(
            "0102",
            "%s: PostgreSQL ended the wait after %s, to resolve a deadlock: %s; the transaction is marked for rollback; run"
                    + " it again, and take keys that belong together in one @AdvisoryLock, which sorts them"),
    CANCELLED(
            "0103",
            "%s: the wait was cancelled after %s (%s: %s); a statement_timeout, a query timeout or pg_cancel_backend does"
                    + " that; keep the first two above accessTimeout"),
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
            "0107", "%s: %s gave no connection (%s); if its pool is exhausted, shorten the holders or enlarge it"),
    INTERRUPTED(
            "0110",
            "%s: the thread was interrupted after %s of waiting; the lock is not held, nothing waits for it in the server, and"
                    + " the transaction is usable"),
    SELF_DEADLOCK(
            "0111",
            "%s is held by a suspended transaction of this thread (taken in %s), which goes on only when this call (%s)"
                    + " returns: it would wait for itself; take the lock in one of the two transactions only, or use REQUIRED instead of"
                    + " REQUIRES_NEW"),
    UPGRADE_REFUSED(
            "0112",
            "%s: the transaction holds it shared (taken in %s), and others hold it or wait for it; an upgrade is tried once and never"
                    + " waited for, since two of them would wait for each other; take it exclusive from the start"),
    SHARED_BEHIND_A_WAITER(
            "0123",
            "%s is held shared by %s, and another session waits for it exclusively: PostgreSQL would let this call (%s) wait behind that"
                    + " one, which waits for this thread; take the lock once only, or as a part of the same transaction"),
    TRANSACTION_TIMEOUT(
            "0124",
            "%s: PostgreSQL's transaction_timeout ended the session after %s (%s: %s), and the transaction with it; keep accessTimeout and"
                    + " the transaction timeout below transaction_timeout"),
    TIMEOUT_OF_TRANSACTION(
            "0113",
            "%s not granted within %s, which is what the transaction timeout left of accessTimeout; %s; raise the"
                    + " transaction timeout, or shorten the holder"),
    SESSION_INTERRUPTED(
            "0114",
            "%s: the thread was interrupted after %s of waiting; the lock is not held, and nothing waits for it in the server"),
    SESSION_DATABASE("0115", "%s: the database refused (%s: %s); the lock is not held"),
    LOST(
            "0116",
            "%s was lost: %s; another holder may have begun since; what this one did meanwhile must be checked, or refused by the"
                    + " fencing token; see advisorylock.session.heartbeat"),
    SELF_DEADLOCK_WITH_TRANSACTION(
            "0117",
            "%s is held by a transaction of this thread (taken in %s), which goes on only when this call (%s) returns: it would wait"
                    + " for itself; take one of the two locks only, or take the session lock first"),
    SELF_DEADLOCK_WITH_SESSION(
            "0118",
            "%s is held by this thread as a session lock (taken in %s), which is let go only after this call (%s) returns: it would"
                    + " wait for itself; the session lock guards this work already, so take one of the two only"),
    SELF_DEADLOCK_OF_UPGRADE(
            "0119",
            "%s is held shared by this thread (taken in %s), and would wait for itself to get it exclusive (%s); take it exclusive from"
                    + " the start"),
    SESSION_CLOSED("0120", "%s: the application is ending, and its session locks with it"),
    NO_MAJORITY(
            "0121",
            "%s: of the %d databases of group '%s' %s must grant it, and only %d can be asked, tried for %s: %s; the lock is not held"),
    CLOCKS_APART(
            "0122",
            "%s: group '%s' has no fencing token, as no majority of its servers' clocks is within %s: %s; set the clocks, as by NTP"),
    NO_ELECTION("0130", "the name of an election is empty; all who have no name for theirs would stand in one"),
    OTHER_PERMITS(
            "0335",
            "%s: others of this application use it with %d permits, which together would let in more than either allows; use one number of"
                    + " permits for one key"),
    LINE_FULL("0131", "election '%s': all %d places in the line are taken"),
    HELD_IN_OTHER_SESSION(
            "0132",
            "%s is held by this very transaction, by %s in another session of the same database (backend %d, taken in %s): this call (%s)"
                    + " would wait for itself on %s; take the key by one DataSource only, that of the data which it guards"),
    NO_PRIVILEGE(
            "0108",
            "%s: this role may not take advisory locks (%s: %s); GRANT EXECUTE on the pg_advisory functions to it"),
    MONITOR("0109", "the locks of %s cannot be read (%s: %s)"),

    RESOLVED_NOTHING("0209", "%s: the keyResolver %s gave no keys; without a key there is no lock"),
    BAD_WAIT(
            "0212",
            "the wait %s is out of range; allowed are zero, which tries once, to %d ms, the longest that PostgreSQL's"
                    + " lock_timeout counts"),
    PERMITS_OF_SEVERAL_KEYS("0215", "%s: permits are of one key, and this call asks for %d keys"),
    NO_ORDER_IN_TRANSACTION(
            "0230",
            "%s: keys of a transaction are always taken in the order of their numbers, so that callers do not deadlock; leave"
                    + " inOrder() out, or use SessionLocks"),

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
            "%s: two connections of %s in one JTA transaction are two sessions of PostgreSQL (backends %s and %s), so the"
                    + " DataSource takes no part in JTA and the lock would not end with the transaction; use one that does (jta=true,"
                    + " transactional=true)"),
    NOT_POSTGRESQL(
            "0306",
            "%s: %s is %s, not PostgreSQL; name the right one by @AdvisoryLock(dataSource = ...) or the"
                    + " configuration property advisorylock.datasource"),
    NOT_HELD(
            "0307",
            "%s is not held by this transaction; if the method has @AdvisoryLock, it was called past its interceptor, as"
                    + " this.method() does, or an event that its own bean fires: call it through its injected bean, whose scope is a"
                    + " normal one"),
    NO_ANNOTATION(
            "0308",
            "%s was intercepted for @AdvisoryLock, but the annotation was found neither on the method nor on %s; put it"
                    + " on one of the two"),
    NO_DATA_SOURCE(
            "0309",
            "DataSource '%s' was not found: %s; name one by @AdvisoryLock(dataSource = ...) or the configuration property"
                    + " advisorylock.datasource"),
    NO_REGISTRY(
            "0311",
            "there is no TransactionSynchronizationRegistry, neither as a CDI bean nor at %s (%s); the library needs a JTA"
                    + " transaction manager, and a thread that the server manages"),
    NOT_ALL_LOCKED(
            "0312",
            "%s: PostgreSQL answered for %d of %d keys; the transaction is marked for rollback; report this with the"
                    + " versions of driver and server"),

    STALE_SNAPSHOT(
            "0313",
            "%s refused in isolation level %s: the lock's own statement takes the snapshot before it waits, so reads"
                    + " after it would not see what the last holder committed; run the transaction in READ COMMITTED, or set"
                    + " advisorylock.isolation=warn or allow if no read after the lock matters"),
    STANDBY(
            "0314",
            "%s: %s is a standby in recovery, whose locks exclude nobody on the primary; connect to the primary"
                    + " (targetServerType=primary)"),

    NO_REAL_LOCKS(
            "0315",
            "%s: %s is %s, but its advisory locks exclude nobody: %s; it may speak PostgreSQL's protocol without being"
                    + " PostgreSQL"),
    NO_SESSIONS(
            "0316",
            "%s: %s gives no sessions that keep their locks: %s; a pooler in transaction mode does that; name a DataSource that leads"
                    + " past it by advisorylock.session.datasource, or use scope = TRANSACTION, which works through it"),
    STALE_SNAPSHOT_OF_JOINED(
            "0317",
            "%s refused: the transaction that the call joins runs in isolation level %s and has read already, so reads after the lock"
                    + " would not see what the last holder committed; take the lock before that transaction begins, run it in READ COMMITTED, or set"
                    + " advisorylock.isolation=warn or allow if no read after the lock matters"),
    GROUP_IN_TRANSACTION(
            "0318",
            "%s: '%s' is a group of databases (advisorylock.group.%2$s), in which no transaction can hold a lock; use scope ="
                    + " LockScope.SESSION, or SessionLocks.on(\"%2$s\")"),
    GROUP_NOT_DISTINCT(
            "0319",
            "%s: %s and %s of group '%s' are one database (%s), which would count twice; name independent ones"),
    GROUP_HAS_NO_PERMITS(
            "0320",
            "%s: group '%s' has no permits, since majorities of its databases could give more than there are; use a lock of its own, or"
                    + " permits in one database"),
    OTHER_DATABASE(
            "0321",
            "%s: %s led to database %s, and leads to database %s now; a lock on one guards nothing in the other; name one DataSource for"
                    + " each of them (dataSource = ..., on(...), advisorylock.datasource)"),
    BAD_NAME(
            "0322",
            "'%s' is no name of a DataSource: %s; in code only the names of beans, configured names, and JNDI names that begin with java: are"
                    + " allowed; in an annotation or the configuration also JNDI names without a colon"),
    NO_LASTING_IDENTITY(
            "0323",
            "%s: the number of its cluster could not be read (%s: %s); until the application restarts, a server that was restarted may be taken"
                    + " for another one; GRANT EXECUTE ON FUNCTION pg_control_system() to this role"),
    PROOF_TIMEOUT(
            "0324",
            "%s not granted within %s: it was not yet proved that locks of %s guard, which takes its first lock some connections and round"
                    + " trips; raise accessTimeout, or find out why its connections come so late"),
    NO_CONNECTION_IN_TIME(
            "0325",
            "%s not granted within %s: %s gave no connection; the pool is exhausted or its server does not answer; make the pool larger, hold"
                    + " connections for less time, or raise accessTimeout"),
    GROUP_DISAGREES(
            "0350",
            "group '%s' has the members %s here, but %s, which is seen on %s, has %d, and of these only %s; both could have one lock; give all"
                    + " JVMs the same members, and to change them see advisorylock.group.%1$s.former"),
    OUTLIVES_LOCK(
            "0330",
            "%s: its result (%s) is not there yet, and the lock ends before it is; the work goes on without a lock, and the transaction"
                    + " does not commit; return the value itself, or wait for it in the method"),
    STAGE_NOT_KEPT(
            "0331",
            "%s returns a CompletionStage, and this runtime ends the transaction, and the lock with it, when the method returns; return the"
                    + " value itself, or use scope = LockScope.SESSION, which holds the lock until the stage is complete"),
    ELECTIONS_CLOSED("0340", "election '%s': the application has ended, and nobody stands in its elections any more"),
    LISTENER_HANGS(
            "0341",
            "election '%s', term %d: revoked has not returned for %s; until it has, this JVM does not stand again, and keeps the leader's"
                    + " lock, if it resigned or closed; have it return when the work under way is done"),
    BAD_SETTING("0401", "the configuration property %s is '%s'; allowed are %s"),

    STALE_SNAPSHOT_ALLOWED(
            "0501",
            "a lock was taken in isolation level %s, as advisorylock.isolation=warn allows: reads after it may not"
                    + " see what the last holder committed; this is said once"),
    OPPOSITE_ORDER(
            "0502",
            "the keys %s and %s are taken in opposite orders: in %s and then %s, elsewhere in %s and then %s; run together,"
                    + " the two may deadlock; take both keys in one @AdvisoryLock, which sorts them; this is said once"),
    SHARED_POOL(
            "0504",
            "session locks and elections take their connections from %s, which transactions use too; one is in use as long as a lock is"
                    + " held, one as long as somebody stands in an election, and one more at times; name a DataSource for them by advisorylock.session.datasource; this is said once"),
    GROUP_MEMBER_AWAY(
            "0508",
            "group '%s' goes on without %s until that answers again (%s); locks that it held are taken there again then; one more that"
                    + " fails may be one too many"),
    SHARED_ENTITY_CACHE(
            "0515",
            "EclipseLink shares the entities of persistence unit '%s' between the transactions of this server, so that under a fresh lock an"
                    + " entity may be what it was before another server wrote it; write <shared-cache-mode>NONE</shared-cache-mode> into"
                    + " META-INF/persistence.xml, or refresh each entity that is read under a lock"),
    LEFT_OPEN(
            "0516",
            "%s, taken in %s by thread %s, was never closed, and that thread is dead; it is let go now; take session locks in"
                    + " try-with-resources"),
    LISTENER_FAILED("0505", "an onLost action for %s failed: %s"),
    ELECTION_FAILED(
            "0506", "election '%s': no place in the line is to be had now; it is asked for again until one is: %s"),
    LEADERSHIP_LISTENER_FAILED("0507", "election '%s', term %d: a listener failed: %s"),
    NOT_PUBLIC(
            "0503",
            "%s: the class's @AdvisoryLock applies to methods that are not public (%s); where another method of the bean is still running,"
                    + " Weld calls no interceptor for them, not even through the bean's proxy, and the lock would be missing; if other beans call"
                    + " them, make them public");

    private final String id;
    private final String template;

    Message(String id, String template) {
        this.id = id;
        this.template = template;
    }

    /**
     * The text with its id in front: {@code ADVLOCK-nnnn: ...}. Arguments are escaped, and cut where they are long, so that nothing that
     * came from outside forges or floods a log, and the end of the message, its cure, is there.
     */
    public String text(@Nullable Object... arguments) {
        String text = text(Printable.LONGEST_MESSAGE / 2, arguments);
        if (text.length() > Printable.LONGEST_MESSAGE) {
            text = text((Printable.LONGEST_MESSAGE - template.length()) / (arguments.length + 1), arguments);
        }
        return Printable.message(text);
    }

    private String text(int longest, @Nullable Object... arguments) {
        @Nullable Object[] printable = arguments.clone();
        for (int i = 0; i < printable.length; i++) {
            if (!(printable[i] instanceof Number)) {
                printable[i] = Printable.of(String.valueOf(printable[i]), longest);
            }
        }
        return "ADVLOCK-" + id + ": " + String.format(Locale.ROOT, template, printable);
    }

    /** Whether a text is one of these. */
    public boolean isIn(@Nullable String text) {
        return text != null && text.startsWith("ADVLOCK-" + id + ": ");
    }
}
