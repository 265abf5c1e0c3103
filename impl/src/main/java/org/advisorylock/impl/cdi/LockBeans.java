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
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyResolver;
import org.advisorylock.LeaderElection;
import org.advisorylock.LeadershipEvent;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockMonitor;
import org.advisorylock.LockRequest;
import org.advisorylock.SessionLocks;
import org.advisorylock.TransactionLocks;
import org.advisorylock.impl.DeploymentMessage;
import org.advisorylock.impl.event.LockEvents;
import org.advisorylock.impl.group.Group;
import org.advisorylock.impl.leader.SessionElections;
import org.advisorylock.impl.monitor.PostgresLockMonitor;
import org.advisorylock.impl.plan.LockPlan;
import org.advisorylock.impl.plan.LockPlans;
import org.advisorylock.impl.plan.Settings;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.PostgresLocks;
import org.advisorylock.impl.postgres.SessionTimeouts;
import org.advisorylock.impl.session.AsyncLocks;
import org.advisorylock.impl.session.ElectionLocks;
import org.advisorylock.impl.session.JdbcSessionLocks;
import org.advisorylock.impl.session.SessionLocker;
import org.advisorylock.impl.session.Source;
import org.advisorylock.impl.session.TransactionsOfThread;
import org.advisorylock.impl.transaction.Jta;
import org.advisorylock.impl.transaction.JtaTransactionLocks;
import org.advisorylock.impl.transaction.RemainingTime;
import org.advisorylock.impl.transaction.TransactionLocker;
import org.jspecify.annotations.Nullable;

/** Assembles the library for one application. Its interceptors call this class. */
@ApplicationScoped
public class LockBeans {

    // By type, because a container that removes unused beans keeps all that an Instance could give.

    @Inject
    @Any
    Instance<DataSource> dataSourceBeans;

    @Inject
    @Any
    Instance<KeyResolver> resolverBeans;

    @Inject
    Instance<TransactionBeans> transactionBeans;

    @Inject
    LaterProbes laterProbes;

    @Inject
    Event<LeadershipEvent> observers;

    @Inject
    EventBeans eventBeans;

    private static volatile boolean assembled;

    private Settings settings;
    private DataSources dataSources;
    private PostgresLocks postgres;
    private TransactionLocker locker;
    private JtaTransactionLocks locks;
    private SessionLocker sessionLocker;
    private SessionLocker electionLocker;
    private AroundCall aroundCall;
    private InsideCall insideCall;
    private JdbcSessionLocks sessionLocks;
    private SessionElections elections;

    /** Whether any application with this copy of the library has taken locks, or looked for them. */
    static boolean isAssembled() {
        return assembled;
    }

    @PostConstruct
    void assemble() {
        settings = Settings.detect();
        LockPlans plans = new LockPlans(settings);
        LockEvents events = eventBeans.find(System::nanoTime);
        dataSources = new DataSources(settings, dataSourceBeans);
        if (transactionBeans.isUnsatisfied()) {
            throw new LockGuardException(DeploymentMessage.NO_TRANSACTIONS_API.text("advisory-lock"), List.of(), null);
        }
        TransactionBeans beans = transactionBeans.get();
        RemainingTime remaining = new RemainingTime(
                ManagerLookup.find(beans.managers), ManagerLookup.findUnitsOfWork(), System::currentTimeMillis);
        Jta jta = new Jta(new RegistryLookup(beans.registries), remaining);
        postgres = new PostgresLocks(settings.isolation());
        TransactionsOfThread transactions = new ThreadTransactions(jta, () -> locker);
        sessionLocker = new SessionLocker(
                SessionTimeouts.forLocks(settings.heartbeat()).idleFor(settings.idle()), transactions, Group::new);
        // Elections have sessions of their own, because a silent leader is replaced sooner than the holder of a lock
        // loses it.
        electionLocker = new SessionLocker(
                SessionTimeouts.forLeaders(settings.heartbeat(), settings.grace())
                        .idleFor(settings.idle()),
                transactions,
                Group::new);
        StageGuard stages = new StageGuard(jta, laterProbes);
        SessionCalls sessions = new SessionCalls(jta, postgres, dataSources, sessionLocker, stages, events);
        sessionLocks = new JdbcSessionLocks(
                sessionLocker, dataSources::findForSessionsInCode, settings.hash(), settings.maxKeys(), events, "");
        Map<Source, AsyncLocks> places = new ConcurrentHashMap<>();
        elections = new SessionElections(
                name -> places.computeIfAbsent(
                        dataSources.findForSessionsInCode(name),
                        source -> ElectionLocks.of(electionLocker, source, settings.hash())),
                settings.hash(),
                settings.heartbeat(),
                new ElectionEvents(observers::fire, events, System::nanoTime));
        locker = new TransactionLocker(
                jta, postgres, settings.gate(), settings.maxKeys(), sessionLocker::placeOfConflict);
        locks = new JtaTransactionLocks(locker, dataSources::findInCode, settings.hash(), events, "");
        Retry retry = new Retry(System::nanoTime, events);
        aroundCall = new AroundCall(plans, this::resolver, jta, locker, sessions, stages, retry, events);
        insideCall = new InsideCall(plans, this::resolver, dataSources, locker, sessions, stages, events);
        assembled = true;
    }

    // Public, here and below, because Weld's client proxy calls other methods by reflection.

    /** Is called outside the transaction. */
    public @Nullable Object around(InvocationContext call) throws Exception {
        return aroundCall.proceed(call);
    }

    /** The transactions that the thread has before a call, for {@link #detachSince}. */
    public @Nullable Object transactionsOfThread() {
        return locker.ofThread();
    }

    /** Detaches the transactions that a call has begun and that go on without the thread. */
    public void detachSince(@Nullable Object before) {
        locker.detachSince(before);
    }

    /** Is called inside the transaction. */
    public @Nullable Object inside(InvocationContext call) throws Exception {
        return insideCall.proceed(call);
    }

    private KeyResolver resolver(LockPlan plan) {
        Instance<? extends KeyResolver> resolver =
                resolverBeans.select(plan.lock().keyResolver());
        KeyResolver produced = resolver.isResolvable() ? resolver.get() : null;
        if (produced == null) {
            String why = resolver.isAmbiguous()
                    ? "there are several"
                    : resolver.isUnsatisfied() ? "there is none" : "its producer gave null";
            throw new LockGuardException(
                    DeploymentMessage.NO_RESOLVER.text(plan, plan.resolverName(), why), List.of(), null);
        }
        return produced;
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

    /** Adds its text to a key, if one is known now. */
    private UnaryOperator<AdvisoryLockKey> names() {
        Map<AdvisoryLockKey, AdvisoryLockKey> inTransactions = locker.named();
        return key -> electionLocker.named(sessionLocker.named(inTransactions.getOrDefault(key, key)));
    }

    private Claim claim(LockRequest request) {
        return Claim.of(request, settings.hash(), settings.maxKeys(), AdvisoryLock.IMMEDIATE);
    }

    @Produces
    @ApplicationScoped
    LockMonitor lockMonitor() {
        return new PostgresLockMonitor(() -> dataSources.find(""), this::names, this::claim);
    }
}
