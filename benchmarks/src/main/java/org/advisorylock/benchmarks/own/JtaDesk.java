package org.advisorylock.benchmarks.own;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import org.advisorylock.AdvisoryLock;

/** The same in transactions of Narayana. */
@ApplicationScoped
@Transactional
public class JtaDesk {

    /** With the transaction's interceptor only. */
    public long plain(long id) {
        return id;
    }

    /** With one more that does nothing. */
    @Intercepted
    public long intercepted(long id) {
        return id;
    }

    /** With the library's two. */
    @AdvisoryLock("account:{id}")
    public long locked(long id) {
        return id;
    }
}
