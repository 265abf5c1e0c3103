package org.advisorylock.impl.faults;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.concurrent.Callable;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockScope;

/** Methods that hold a session lock while they run the work of a test. */
@ApplicationScoped
public class SessionJobs {

    @AdvisoryLock(value = "{key}", scope = LockScope.SESSION)
    public <T> T guarded(String key, Callable<T> work) throws Exception {
        return work.call();
    }

    @Transactional
    @AdvisoryLock(value = "{key}", scope = LockScope.SESSION)
    public <T> T inTransaction(String key, Callable<T> work) throws Exception {
        return work.call();
    }

    @AdvisoryLock(value = "{key}", scope = LockScope.SESSION, permits = 3)
    public <T> T threeAtOnce(String key, Callable<T> work) throws Exception {
        return work.call();
    }

    @AdvisoryLock(value = "partner", scope = LockScope.SESSION, permits = 10, holdAtLeast = 1, accessTimeout = 120)
    public <T> T tenInASecond(Callable<T> work) throws Exception {
        return work.call();
    }

    @AdvisoryLock(value = "{key}", scope = LockScope.SESSION, holdAtLeast = 1)
    public <T> T keptForASecond(String key, Callable<T> work) throws Exception {
        return work.call();
    }
}
