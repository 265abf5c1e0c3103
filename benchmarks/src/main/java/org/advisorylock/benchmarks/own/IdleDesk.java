package org.advisorylock.benchmarks.own;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.TransactionLocks;

/** Methods that do nothing, so that only the cost around them remains. */
@ApplicationScoped
public class IdleDesk {

    @Inject
    TransactionLocks locks;

    /** Without an interceptor. */
    public long plain(long id) {
        return id;
    }

    /** With one that does nothing. */
    @Intercepted
    public long intercepted(long id) {
        return id;
    }

    /** With two that do nothing. */
    @InterceptedTwice
    public long interceptedTwice(long id) {
        return id;
    }

    /** In code, with the service. */
    public long inCode(long id) {
        locks.acquire("account:" + id);
        return id;
    }

    /** With the library's two. */
    @AdvisoryLock("account:{id}")
    public long locked(long id) {
        return id;
    }

    /** Keys, sorted and sent as arrays. */
    @AdvisoryLock("account:{ids}")
    public long several(List<Long> ids) {
        return ids.size();
    }
}
