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
        CallState state = new CallState(plan, begins);
        state.leaveIn(call);
        int retries = plan.retries(begins);
        Object before = locker.ofThread();
        try {
            if (plan.isForSession()) {
                boolean joins = !begins && !plan.isApart();
                Claim request = plan.request(call, resolvers);
                return retries == 0
                        ? sessions.around(state, request, joins, call)
                        : Retry.of(retries, plan, call, () -> sessions.around(state, request, joins, call));
            }
            stages.requireKept(plan);
            Object result = retries == 0 ? call.proceed() : Retry.of(retries, plan, call, call::proceed);
            stages.checkOutside(state);
            return result;
        } catch (Exception e) {
            throw withRefusal(e, state);
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
    private static Exception withRefusal(Exception thrown, CallState state) {
        AdvisoryLockException refusal = state.refusal();
        if (refusal == null) {
            return thrown;
        }
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause == refusal) {
                return thrown;
            }
        }
        refusal.addSuppressed(thrown);
        return refusal;
    }

    /** Calls inside the transaction: finds the plan, takes the lock, proceeds. */
    public @Nullable Object inside(InvocationContext call) throws Exception {
        CallState outer = CallState.of(call);
        CallState state = outer == null ? new CallState(plans.of(call), false) : outer;
        if (state.plan().isForSession()) {
            // The lock is held around the transaction already. It only has to be watched.
            sessions.watch(state);
            return call.proceed();
        }
        Hold hold = take(state, call);
        if (hold == null) {
            return state.plan().skipped();
        }
        hold.enter();
        try {
            Object result = call.proceed();
            checkInside(state, result);
            return result;
        } finally {
            hold.leave();
        }
    }

    private void checkInside(CallState state, @Nullable Object result) {
        try {
            stages.checkInside(state, result);
        } catch (LockGuardException e) {
            state.refuse(e);
            throw e;
        }
    }

    /** Takes the locks of a call; null if the call is to be skipped. */
    private @Nullable Hold take(CallState state, InvocationContext call) {
        state.refuse(null);
        try {
            LockPlan plan = state.plan();
            Claim request = plan.request(call, resolvers);
            LockDatabase database = dataSources.find(plan.dataSource());
            Caller caller = plan.caller(call, state.begins());
            return plan.skips()
                    ? locker.tryAcquire(database, request, caller)
                    : locker.acquire(database, request, caller);
        } catch (AdvisoryLockException e) {
            state.refuse(e);
            throw e;
        }
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
