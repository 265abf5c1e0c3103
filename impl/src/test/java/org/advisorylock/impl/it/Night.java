package org.advisorylock.impl.it;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockScope;
import org.advisorylock.OnTimeout;

/** Jobs that hold their lock during the whole call. */
@ApplicationScoped
public class Night {

    @AdvisoryLock(value = "report", scope = LockScope.SESSION, accessTimeout = 50, unit = TimeUnit.MILLISECONDS)
    public void brief() {}

    @AdvisoryLock(value = "{key}", scope = LockScope.SESSION)
    public <T> T outside(String key, Callable<T> work) throws Exception {
        return work.call();
    }

    @Transactional
    @AdvisoryLock(value = "{key}", scope = LockScope.SESSION)
    public <T> T round(String key, Callable<T> work) throws Exception {
        return work.call();
    }

    @Transactional(TxType.REQUIRES_NEW)
    @AdvisoryLock(value = "{key}", scope = LockScope.SESSION)
    public <T> T anew(String key, Callable<T> work) throws Exception {
        return work.call();
    }

    @AdvisoryLock(
            value = "{key}",
            scope = LockScope.SESSION,
            accessTimeout = AdvisoryLock.IMMEDIATE,
            onTimeout = OnTimeout.SKIP,
            holdAtLeast = 1)
    public boolean once(String key) {
        return true;
    }

    @AdvisoryLock(value = "{key}", scope = LockScope.SESSION, permits = 2)
    public <T> T twoAtOnce(String key, Callable<T> work) throws Exception {
        return work.call();
    }
}
