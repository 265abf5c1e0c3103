package org.advisorylock.impl;

/** What is only logged: the application goes on. */
public enum LogMessage implements Message {
    NO_LASTING_IDENTITY(
            "0323",
            "%s: the number of its cluster cannot be read (%s: %s); so a restarted server may be taken for"
                    + " another one, until the application restarts; GRANT EXECUTE ON FUNCTION"
                    + " pg_control_system() to this role"),
    OTHER_PERMITS_SEEN(
            "0336",
            "%s: slot %s is %s, but only a greater number of permits has that slot; so as many are let in as the"
                    + " greater number allows; use one number of permits for one key in all applications"),
    LISTENER_HANGS(
            "0341",
            "election '%s', term %d: revoked has not returned for %s; until it returns, this JVM does not stand"
                    + " again, and after resign or close it keeps the leader's lock; let revoked return when the"
                    + " work under way is done"),
    STALE_SNAPSHOT_ALLOWED(
            "0501",
            "a lock was taken in isolation level %s, as advisorylock.isolation=warn allows; reads after it may"
                    + " not see what the last holder committed; this is logged once"),
    OPPOSITE_ORDER(
            "0502",
            "the keys %s and %s are taken in opposite orders: in %s and then %s, elsewhere in %s and then %s;"
                    + " two such transactions may deadlock; take both keys in one @AdvisoryLock, which sorts"
                    + " them; logged once for each pair of places"),
    NOT_PUBLIC(
            "0503",
            "%s: the class's @AdvisoryLock applies to methods that are not public (%s); while another method of"
                    + " the bean runs, Weld calls no interceptor for them, not even through the bean's proxy, and"
                    + " the lock would be missing; if other beans call them, make them public"),
    SHARED_POOL(
            "0504",
            "session locks and elections take their connections from %s, which transactions use too: one while"
                    + " a lock is held, one while somebody stands in an election, and at times one more; set"
                    + " advisorylock.session.datasource to a DataSource for them; this is logged once"),
    LISTENER_FAILED("0505", "an onLost action for %s failed: %s"),
    ELECTION_FAILED("0506", "election '%s': it cannot get a place in the line now, and asks again until it does: %s"),
    LEADERSHIP_LISTENER_FAILED("0507", "election '%s', term %d: a listener failed: %s"),
    GROUP_MEMBER_AWAY(
            "0508",
            "group '%s' goes on without %s until that answers again (%s); locks that it held are then taken"
                    + " there again; if more members fail, there may be no majority"),
    SHARED_ENTITY_CACHE(
            "0515",
            "EclipseLink shares the entities of persistence unit '%s' between the transactions of this server,"
                    + " so an entity that is read under a fresh lock may be older than what another server wrote;"
                    + " write <shared-cache-mode>NONE</shared-cache-mode> into META-INF/persistence.xml, or"
                    + " refresh each entity that is read under a lock"),
    LEFT_OPEN(
            "0516",
            "%s, taken in %s by thread %s, was never closed, and that thread is dead; the lock is released now;"
                    + " take session locks in try-with-resources"),
    LOCK_LISTENER_FAILED("0517", "a LockListener or an observer of LockEvent failed at %s: %s");

    private final String id;
    private final String template;

    LogMessage(String id, String template) {
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
