package org.advisorylock.impl.it;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockMode;
import org.advisorylock.OnTimeout;
import org.advisorylock.TransactionLocks;

/** Methods that hold locks while they run what the test gives them. */
@ApplicationScoped
@Transactional
public class Shop {

    @Inject
    TransactionLocks locks;

    public <T> T unlocked(Callable<T> work) throws Exception {
        return work.call();
    }

    @AdvisoryLock("{key}")
    public <T> T locked(String key, Callable<T> work) throws Exception {
        return work.call();
    }

    @AdvisoryLock("{keys}")
    public <T> T several(List<String> keys, Callable<T> work) throws Exception {
        return work.call();
    }

    @AdvisoryLock(value = "{key}", mode = LockMode.SHARED)
    public <T> T shared(String key, Callable<T> work) throws Exception {
        return work.call();
    }

    @Transactional(TxType.REQUIRES_NEW)
    @AdvisoryLock("{key}")
    public <T> T anew(String key, Callable<T> work) throws Exception {
        return work.call();
    }

    @Transactional(TxType.REQUIRES_NEW)
    @AdvisoryLock(value = "{key}", mode = LockMode.SHARED)
    public <T> T anewShared(String key, Callable<T> work) throws Exception {
        return work.call();
    }

    @AdvisoryLock(value = "{key}", accessTimeout = 300, unit = TimeUnit.MILLISECONDS)
    public <T> T briefly(String key, Callable<T> work) throws Exception {
        return work.call();
    }

    @AdvisoryLock(value = "{key}", accessTimeout = AdvisoryLock.IMMEDIATE, onTimeout = OnTimeout.SKIP)
    public OptionalInt once(String key) {
        return OptionalInt.of(1);
    }

    @AdvisoryLock(value = "{key}", accessTimeout = AdvisoryLock.UNLIMITED)
    public <T> T patiently(String key, Callable<T> work) throws Exception {
        return work.call();
    }

    @AdvisoryLock(value = "{key}", accessTimeout = 100, unit = TimeUnit.MILLISECONDS, retries = 50)
    public <T> T again(String key, Callable<T> work) throws Exception {
        return work.call();
    }

    @AdvisoryLock(value = "{key}", permits = 2)
    public <T> T twoAtOnce(String key, Callable<T> work) throws Exception {
        return work.call();
    }

    @AdvisoryLock(value = "{key}", permits = 2, accessTimeout = 200, unit = TimeUnit.MILLISECONDS)
    public void brieflyTwo(String key) {}

    @Transactional(TxType.NOT_SUPPORTED)
    @AdvisoryLock("{key}")
    public <T> T outside(String key, Callable<T> work) throws Exception {
        return work.call();
    }

    public void proved(String key) {
        locks.assertHeld(key);
    }
}
