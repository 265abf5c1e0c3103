package org.advisorylock.impl.cdi;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.interceptor.InvocationContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyResolver;
import org.advisorylock.LeaderElection;
import org.advisorylock.LeadershipEvent;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockMonitor;
import org.advisorylock.LockRequest;
import org.advisorylock.SessionLocks;
import org.advisorylock.TransactionLocks;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.group.Group;
import org.advisorylock.impl.leader.SessionElections;
import org.advisorylock.impl.monitor.PostgresLockMonitor;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.Patience;
import org.advisorylock.impl.postgres.PostgresLocks;
import org.advisorylock.impl.session.AsyncLocks;
import org.advisorylock.impl.session.ElectionLocks;
import org.advisorylock.impl.session.JdbcSessionLocks;
import org.advisorylock.impl.session.SessionLocker;
import org.advisorylock.impl.session.Source;
import org.advisorylock.impl.session.TransactionsOfThread;
import org.advisorylock.impl.transaction.Caller;
import org.advisorylock.impl.transaction.Hold;
import org.advisorylock.impl.transaction.Jta;
import org.advisorylock.impl.transaction.JtaTransactionLocks;
import org.advisorylock.impl.transaction.KnownKeys;
import org.advisorylock.impl.transaction.RemainingTime;
import org.advisorylock.impl.transaction.TransactionLocker;
import org.jspecify.annotations.Nullable;

/** Assembles the library for one application. Its interceptors call this class. */
@ApplicationScoped
public class LockBeans {

    @Inject
    @Any
    Instance<Object> beans;

    @Inject
    Event<LeadershipEvent> observers;

    /** Tells the inner interceptor that there was no transaction before this call. */
    private static final String BEGINS = "org.advisorylock.begins";

    /** Tells the outer interceptor why the inner one has not called the method. */
    static final String REFUSAL = "org.advisorylock.refusal";

    private final Function<LockPlan, KeyResolver> resolvers = this::resolver;
    private Settings settings;
    private Jta jta;
    private LockPlans plans;
    private DataSources dataSources;
    private KnownKeys known;
    private PostgresLocks postgres;
    private TransactionLocker locker;
    private JtaTransactionLocks locks;
    private SessionLocker sessionLocker;
    private SessionLocker electionLocker;
    private Stages stages;
    private SessionCalls sessions;
    private JdbcSessionLocks sessionLocks;
    private SessionElections elections;

    @PostConstruct
    void assemble() {
        settings = Settings.detect();
        plans = new LockPlans(settings);
        dataSources = new DataSources(settings, beans);
        known = new KnownKeys();
        jta = new Jta(new RegistryLookup(beans), new RemainingTime(ManagerLookup.find(beans)));
        postgres = new PostgresLocks(settings.isolation());
        TransactionsOfThread transactions = new ThreadTransactions(jta, () -> locker);
        sessionLocker = new SessionLocker(Patience.ofLocks(settings.heartbeat()), transactions, Group::new);
        // Elections have sessions of their own, because a silent leader is replaced sooner than the holder of a lock
        // loses it.
        electionLocker =
                new SessionLocker(Patience.ofLeaders(settings.heartbeat(), settings.grace()), transactions, Group::new);
        stages = new Stages(jta, () -> beans.select(StageProbe.class).get());
        sessions = new SessionCalls(jta, postgres, dataSources, sessionLocker, stages);
        sessionLocks = new JdbcSessionLocks(
                sessionLocker, dataSources::findForSessionsInCode, settings.hash(), settings.maxKeys(), "");
        Map<Source, AsyncLocks> places = new ConcurrentHashMap<>();
        elections = new SessionElections(
                name -> places.computeIfAbsent(
                        dataSources.findForSessionsInCode(name),
                        source -> ElectionLocks.of(electionLocker, source, settings.hash())),
                settings.hash(),
                settings.heartbeat(),
                observers::fire);
        locker = new TransactionLocker(
                jta, postgres, known, settings.gate(), settings.maxKeys(), sessionLocker::placeOfConflict);
        locks = new JtaTransactionLocks(locker, dataSources::findInCode, settings.hash(), "");
    }

    // Public, here and below, because Weld's client proxy calls other methods by reflection.

    /** Calls from outside the transaction: once, or again after a failure that may not come again. */
    public @Nullable Object around(InvocationContext call) throws Exception {
        LockPlan plan = plans.of(call);
        boolean begins = plan.isForSession() ? sessions.isAbsent() : jta.isAbsent();
        if (begins) {
            call.getContextData().put(BEGINS, true);
        }
        int retries = plan.retries(begins);
        Object before = locker.ofThread();
        try {
            if (plan.isForSession()) {
                boolean joins = !begins && !plan.isApart();
                Claim request = plan.request(call, resolvers);
                return retries == 0
                        ? sessions.around(plan, request, joins, call)
                        : Retry.of(retries, plan, call, () -> sessions.around(plan, request, joins, call));
            }
            stages.requireKept(plan);
            Object result = retries == 0 ? call.proceed() : Retry.of(retries, plan, call, call::proceed);
            stages.checkOutside(plan, call);
            return result;
        } catch (Exception e) {
            throw told(e, call);
        } finally {
            locker.detachSince(before);
        }
    }

    /** Calls from outside a transaction that may go on after they have returned. */
    public @Nullable Object goingOn(InvocationContext call) throws Exception {
        Object before = locker.ofThread();
        try {
            return call.proceed();
        } finally {
            locker.detachSince(before);
        }
    }

    /**
     * The reason why the method was not called. If the commit fails, as after a transaction timeout, the interceptor of
     * the transaction throws its own exception instead (Narayana: a RollbackException without a cause).
     */
    private static Exception told(Exception thrown, InvocationContext call) {
        if (call.getContextData().get(REFUSAL) instanceof AdvisoryLockException refusal) {
            for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
                if (cause == refusal) {
                    return thrown;
                }
            }
            refusal.addSuppressed(thrown);
            return refusal;
        }
        return thrown;
    }

    /** Calls inside the transaction: finds the plan, takes the lock, proceeds. */
    public @Nullable Object inside(InvocationContext call) throws Exception {
        LockPlan plan = plans.of(call);
        if (plan.isForSession()) {
            // The lock is held around the transaction already. It only has to be watched.
            sessions.watch(call);
            return call.proceed();
        }
        Hold hold = take(plan, call);
        if (hold == null) {
            return plan.skipped();
        }
        hold.enter();
        try {
            Object result = call.proceed();
            checkInside(plan, result, call);
            return result;
        } finally {
            hold.leave();
        }
    }

    private void checkInside(LockPlan plan, @Nullable Object result, InvocationContext call) {
        try {
            stages.checkInside(plan, result, call);
        } catch (LockGuardException e) {
            call.getContextData().put(REFUSAL, e);
            throw e;
        }
    }

    /** Takes the locks of a call; null if the call is to be skipped. */
    private @Nullable Hold take(LockPlan plan, InvocationContext call) {
        call.getContextData().remove(REFUSAL);
        try {
            return taken(plan, call);
        } catch (AdvisoryLockException e) {
            call.getContextData().put(REFUSAL, e);
            throw e;
        }
    }

    private @Nullable Hold taken(LockPlan plan, InvocationContext call) {
        Claim request = plan.request(call, resolvers);
        LockDatabase database = dataSources.find(plan.dataSource());
        Caller caller = plan.caller(call, call.getContextData().containsKey(BEGINS));
        return plan.skips() ? locker.tryAcquire(database, request, caller) : locker.acquire(database, request, caller);
    }

    private KeyResolver resolver(LockPlan plan) {
        Instance<? extends KeyResolver> resolver = beans.select(plan.lock().keyResolver());
        if (!resolver.isResolvable()) {
            String why = resolver.isAmbiguous() ? "there are several" : "there is none";
            throw new LockGuardException(Message.NO_RESOLVER.text(plan, plan.resolverName(), why), List.of(), null);
        }
        return resolver.get();
    }

    @Produces
    @ApplicationScoped
    TransactionLocks transactionLocks() {
        return locks;
    }

    @Produces
    @ApplicationScoped
    SessionLocks sessionLocks() {
        return sessionLocks;
    }

    @Produces
    @ApplicationScoped
    LeaderElection leaderElection() {
        return elections;
    }

    @PreDestroy
    void close() {
        elections.close();
        electionLocker.close();
        sessionLocker.close();
        postgres.close();
    }

    private AdvisoryLockKey named(AdvisoryLockKey key) {
        return electionLocker.named(sessionLocker.named(known.named(key)));
    }

    private Claim claim(LockRequest request) {
        return Claim.of(request, settings.hash(), settings.maxKeys(), AdvisoryLock.IMMEDIATE);
    }

    @Produces
    @ApplicationScoped
    LockMonitor lockMonitor() {
        return new PostgresLockMonitor(() -> dataSources.find(""), this::named, this::claim);
    }
}
