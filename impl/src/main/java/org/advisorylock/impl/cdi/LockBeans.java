package org.advisorylock.impl.cdi;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.interceptor.InvocationContext;
import java.util.List;
import org.advisorylock.KeyResolver;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockMonitor;
import org.advisorylock.OnTimeout;
import org.advisorylock.TransactionLocks;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.monitor.PostgresLockMonitor;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.LockRequest;
import org.advisorylock.impl.postgres.PostgresLocks;
import org.advisorylock.impl.transaction.Jta;
import org.advisorylock.impl.transaction.JtaTransactionLocks;
import org.advisorylock.impl.transaction.KnownKeys;
import org.advisorylock.impl.transaction.TransactionLocker;

/** Puts the library together for one application, and is what its interceptor calls. */
@ApplicationScoped
public class LockBeans {

    @Inject
    @Any
    Instance<Object> beans;

    private LockPlans plans;
    private DataSources dataSources;
    private KnownKeys known;
    private TransactionLocker locker;
    private JtaTransactionLocks locks;

    @PostConstruct
    void assemble() {
        Settings settings = Settings.detect();
        plans = new LockPlans(settings.hash());
        dataSources = new DataSources(settings, beans);
        known = new KnownKeys();
        locker = new TransactionLocker(
                new Jta(new RegistryLookup(beans)), new PostgresLocks(settings.isolation()), known);
        locks = new JtaTransactionLocks(locker, dataSources::find, settings.hash(), "");
    }

    LockPlan plan(InvocationContext call) {
        return plans.of(call);
    }

    /** Takes the locks of a call; false if the call is to be skipped. */
    boolean take(LockPlan plan, InvocationContext call) {
        LockRequest request = plan.request(call, this::resolver);
        LockDatabase database = dataSources.find(plan.lock().dataSource());
        if (plan.lock().onTimeout() == OnTimeout.SKIP) {
            return locker.tryAcquire(database, request);
        }
        locker.acquire(database, request);
        return true;
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
    LockMonitor lockMonitor() {
        return new PostgresLockMonitor(() -> dataSources.find(""), known::named);
    }
}
