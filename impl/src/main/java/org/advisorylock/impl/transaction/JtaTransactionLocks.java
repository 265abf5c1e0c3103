package org.advisorylock.impl.transaction;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockKeyException;
import org.advisorylock.LockMode;
import org.advisorylock.TransactionLocks;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.spi.Printable;

/** The service, without a container. */
public final class JtaTransactionLocks implements TransactionLocks {

    /** The default of {@code AdvisoryLock.accessTimeout}. */
    private static final Duration DEFAULT_WAIT = Duration.ofSeconds(60);

    private final TransactionLocker locker;
    private final Function<String, LockDatabase> databases;
    private final KeyHash hash;
    private final String dataSource;

    /** @param dataSource its name, empty for the configured one */
    public JtaTransactionLocks(
            TransactionLocker locker, Function<String, LockDatabase> databases, KeyHash hash, String dataSource) {
        this.locker = locker;
        this.databases = databases;
        this.hash = hash;
        this.dataSource = dataSource;
    }

    @Override
    public void acquire(String key) {
        acquire(key(key), LockMode.EXCLUSIVE);
    }

    @Override
    public void acquire(AdvisoryLockKey key) {
        acquire(key, LockMode.EXCLUSIVE);
    }

    @Override
    public void acquire(String key, LockMode mode) {
        acquire(key(key), mode);
    }

    @Override
    public void acquire(AdvisoryLockKey key, LockMode mode) {
        acquire(List.of(key), mode);
    }

    @Override
    public void acquire(Collection<AdvisoryLockKey> keys, LockMode mode) {
        locker.acquire(databases.apply(dataSource), request(keys, mode, DEFAULT_WAIT), Caller.ofService());
    }

    @Override
    public boolean tryAcquire(String key, Duration wait) {
        return tryAcquire(key(key), LockMode.EXCLUSIVE, wait);
    }

    @Override
    public boolean tryAcquire(AdvisoryLockKey key, Duration wait) {
        return tryAcquire(key, LockMode.EXCLUSIVE, wait);
    }

    @Override
    public boolean tryAcquire(String key, LockMode mode, Duration wait) {
        return tryAcquire(key(key), mode, wait);
    }

    @Override
    public boolean tryAcquire(AdvisoryLockKey key, LockMode mode, Duration wait) {
        return tryAcquire(List.of(key), mode, wait);
    }

    @Override
    public boolean tryAcquire(Collection<AdvisoryLockKey> keys, LockMode mode, Duration wait) {
        return locker.tryAcquire(databases.apply(dataSource), request(keys, mode, wait), Caller.ofService()) != null;
    }

    @Override
    public void acquirePermit(String key, int permits) {
        locker.acquire(
                databases.apply(dataSource),
                Claim.permit(key(key), permits, hash, DEFAULT_WAIT.toMillis()),
                Caller.ofService());
    }

    @Override
    public boolean tryAcquirePermit(String key, int permits, Duration wait) {
        Claim request = Claim.permit(key(key), permits, hash, Claim.millis(wait));
        return locker.tryAcquire(databases.apply(dataSource), request, Caller.ofService()) != null;
    }

    @Override
    public boolean isHeld(String key) {
        return isHeld(key(key));
    }

    @Override
    public boolean isHeld(AdvisoryLockKey key) {
        return locker.isHeld(databases.apply(dataSource), key);
    }

    @Override
    public void assertHeld(String key) {
        assertHeld(key(key));
    }

    @Override
    public void assertHeld(AdvisoryLockKey key) {
        if (!isHeld(key)) {
            String name = "lock '" + Printable.of(key.text().orElse(key.toString())) + "'";
            throw new LockGuardException(Message.NOT_HELD.text(name), List.of(key), null);
        }
    }

    @Override
    public TransactionLocks on(String dataSource) {
        return new JtaTransactionLocks(locker, databases, hash, dataSource);
    }

    private AdvisoryLockKey key(String text) {
        return AdvisoryLockKey.of(text, hash);
    }

    private static Claim request(Collection<AdvisoryLockKey> keys, LockMode mode, Duration wait) {
        if (keys.isEmpty()) {
            throw new LockKeyException(Message.NO_KEYS.text());
        }
        return Claim.of(keys, mode, Claim.millis(wait));
    }
}
