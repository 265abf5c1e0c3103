package org.advisorylock.tck.server.leaks;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.transaction.Status;
import jakarta.transaction.UserTransaction;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import javax.sql.DataSource;
import org.advisorylock.LeaderElection;
import org.advisorylock.LeadershipListener;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockHandle;
import org.advisorylock.LockMonitor;
import org.advisorylock.SessionLocks;
import org.advisorylock.tck.platform.ServerDataSources;

/** Uses the library as an application does in its life. Leaves a leader and an open handle behind. */
@ApplicationScoped
public class Day {

    private static final long BOUND_SECONDS = 60;

    @Inject
    Vault vault;

    @Inject
    SessionLocks sessions;

    @Inject
    LeaderElection elections;

    @Inject
    LockMonitor monitor;

    @Produces
    @Resource(lookup = ServerDataSources.DEFAULT)
    DataSource dataSource;

    @Resource
    UserTransaction transaction;

    @Resource
    ManagedExecutorService executor;

    /** Does everything once. */
    public void pass() throws Exception {
        // It proves the DataSource, which may take longer than a short transaction.
        vault.open("first");
        leaveToReaper();
        vault.openInSession("session");
        endLater(result -> vault.openLaterInSession("later in session", result));
        endTransactionLater();
        lead();
        LockHandle handle = sessions.acquire("handle");
        handle.onLost(this::doNothing);
        if (monitor.locks().size() < 2) {
            throw new IllegalStateException("the handle and the leader hold " + monitor.locks());
        }
    }

    private void doNothing() {
        // It only has to be known.
    }

    private void leaveToReaper() throws Exception {
        transaction.setTransactionTimeout(2);
        transaction.begin();
        transaction.setTransactionTimeout(0);
        vault.open("reaped");
        long start = System.nanoTime();
        while (transaction.getStatus() == Status.STATUS_ACTIVE) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(BOUND_SECONDS)) {
                throw new IllegalStateException("the transaction has no timeout");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        transaction.rollback();
    }

    /** Not all servers keep a transaction open for its result. */
    private void endTransactionLater() throws Exception {
        try {
            endLater(result -> vault.openLater("later", result));
        } catch (LockGuardException e) {
            if (!String.valueOf(e.getMessage()).contains("ADVLOCK-0331")) {
                throw e;
            }
        }
    }

    private void endLater(Function<CompletionStage<Boolean>, CompletionStage<Boolean>> call) throws Exception {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        CompletionStage<Boolean> later = call.apply(result);
        executor.execute(() -> result.complete(true));
        later.toCompletableFuture().get(BOUND_SECONDS, TimeUnit.SECONDS);
    }

    private void lead() throws Exception {
        CompletableFuture<Long> term = new CompletableFuture<>();
        elections.stand("election", new LeadershipListener() {
            @Override
            public void elected(long elected) {
                term.complete(elected);
            }

            @Override
            public void revoked(long revoked) {
                term.cancel(false);
            }
        });
        term.get(BOUND_SECONDS, TimeUnit.SECONDS);
    }
}
