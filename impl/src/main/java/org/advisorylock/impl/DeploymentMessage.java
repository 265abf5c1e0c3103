package org.advisorylock.impl;

/** What makes the deployment fail or, where no extension of the library runs, the first call. */
public enum DeploymentMessage implements Message {
    NO_TEMPLATE(
            "0001",
            "%s: @AdvisoryLock has neither a template nor a keyResolver, and the library derives no key from a"
                    + " name; write one, as in @AdvisoryLock(\"account:{0}\")"),
    BAD_TEMPLATE("0002", "%s: template '%s' %s"),
    UNKNOWN_PARAMETER(
            "0003", "%s: template '%s' names the parameter '%s', but the method has no such parameter; allowed are %s"),
    NO_PARAMETER_NAMES(
            "0004",
            "%s: template '%s' names the parameter '%s', but the class was compiled without parameter names;"
                    + " compile it with -parameters, or write the index, as in '{0}'"),
    UNKNOWN_PROPERTY("0005", "%s: template '%s' names the property '%s', but %s has no such property; it has %s"),
    PLACES_NOT_SEPARATED("0006", "%s: template '%s' %s"),
    NO_VALUE("0007", "%s: the place '{%s}' of template '%s' is of %s, which %s"),
    SKIP_IMPOSSIBLE("0008", "%s: onTimeout = SKIP is impossible, %s"),
    BAD_TIMEOUT("0009", "%s: accessTimeout = %d %s is %s"),
    TEMPLATE_AND_RESOLVER("0010", "%s: @AdvisoryLock has templates and a keyResolver; keep one of the two"),
    NOT_INTERCEPTED("0011", "%s: @AdvisoryLock has no effect here, %s"),
    NOT_ONE_INTERCEPTOR(
            "0012",
            "%2$s has @AdvisoryLock, but the interceptor is enabled %1$d times, and it must be enabled exactly"
                    + " once; %3$s"),
    LOCK_KEY_ALONE("0013", "%s: a parameter has @LockKey, but no @AdvisoryLock applies to the method; add it"),
    INACCESSIBLE(
            "0014",
            "%s: template '%s' names the property '%s' of %s, which cannot be called from outside its module; open the"
                    + " package, or use a public type"),
    BACKSLASH("0015", "%s: template '%s' %s"),
    NO_RESOLVER(
            "0016",
            "%s: the keyResolver %s cannot be resolved as a bean: %s; give the class a scope, as in"
                    + " @ApplicationScoped"),
    NO_RETRY_POSSIBLE("0017", "%s: retries = %d is impossible, %s"),
    HOLD_AT_LEAST_IMPOSSIBLE("0018", "%s: holdAtLeast = %d is impossible, %s"),
    PERMITS_IMPOSSIBLE("0019", "%s: permits = %d is impossible, %s"),
    NEVER_A_NUMBER(
            "0020",
            "%s: template '%s' with hash = NONE can never be a number; write a number, a single place as in"
                    + " '{0}', or a pair as in '7,{0}'; or use hash = MD5"),
    AMBIGUOUS("0025", "%s has several @AdvisoryLocks that differ: %s; keep one of them"),
    LATER_RESULT("0026", "%s: %s; the lock would be gone before the work is done; %s"),
    OTHER_THREAD(
            "0027",
            "%s: @Asynchronous of MicroProfile Fault Tolerance hands the body to another thread, so transaction"
                    + " and lock end before the body has run; use @Asynchronous of Jakarta Concurrency or of"
                    + " enterprise beans, which is outside the lock, or put @AdvisoryLock on a method of another"
                    + " bean that the body calls"),
    NO_NORMAL_SCOPE(
            "0028",
            "%s: the bean has no normal scope; while another of its methods runs (here %s), Weld calls no"
                    + " interceptor on the same instance, and the lock would be missing; give the bean a normal"
                    + " scope, as in @ApplicationScoped or @RequestScoped"),
    BY_REFLECTION(
            "0029",
            "%s: the method %s, so Weld's client proxy calls it by reflection; while another method of the same"
                    + " bean runs, Weld then calls no interceptor, and the lock would be missing; make the method"
                    + " and its types public"),
    NO_BEAN(
            "0030",
            "%s: %s creates the instances of this class and calls them without interceptors, so @AdvisoryLock"
                    + " has no effect; put it on a method of a bean that the class calls"),
    NO_TRANSACTIONS_API(
            "0031",
            "%s: the API of Jakarta Transactions is not on the class path; add"
                    + " jakarta.transaction:jakarta.transaction-api; scope = SESSION, SessionLocks and"
                    + " LeaderElection need it, too, but no transaction manager");

    private final String id;
    private final String template;

    DeploymentMessage(String id, String template) {
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
