package org.advisorylock.examples.quickstart.readme;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.List;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockInfo;
import org.advisorylock.LockMonitor;
import org.advisorylock.LockRequest;
import org.advisorylock.TransactionLocks;

@ApplicationScoped
public class Invoices {
    // tag::transaction-locks[]
    @Inject
    TransactionLocks locks;

    @Transactional
    public boolean tryToPay(long invoice) {
        if (!locks.tryAcquire("invoice:" + invoice, Duration.ofSeconds(2))) {
            return false; // the transaction is still usable
        }
        return true; // pay: the lock is held until the commit
    }
    // end::transaction-locks[]

    // tag::assert-held[]
    @Transactional
    @AdvisoryLock("invoice:{id}")
    public void cancel(long id) {
        locks.assertHeld("invoice:" + id); // throws if somebody called this.cancel(id)
    }
    // end::assert-held[]

    public void cancelPastTheInterceptor(long id) {
        cancel(id);
    }

    // tag::lock-request[]
    @Transactional
    public void move(String show, int from, int into) {
        LockRequest seats = LockRequest.of("seat:{0}:{1}", show, from) // the key of "seat:{show}:{from}"
                .and("seat:{0}:{1}", show, into);
        locks.acquire(seats); // both or none
    }
    // end::lock-request[]

    // tag::monitor[]
    @Inject
    LockMonitor monitor;

    public List<LockInfo> waiters() {
        return monitor.locks().stream().filter(lock -> !lock.granted()).toList();
    }

    public boolean isInUse(long invoice) {
        return !monitor.locks(LockRequest.of("invoice:{0}", invoice)).isEmpty();
    }
    // end::monitor[]
}
