package org.advisorylock.impl.session;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockHandle;
import org.advisorylock.LockKeyException;
import org.advisorylock.LockMode;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.SessionLocks;
import org.advisorylock.impl.CallSite;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.Claim;

/** The service, without a container. */
public final class JdbcSessionLocks implements SessionLocks {

    /** The default of {@code AdvisoryLock.accessTimeout}. */
    private static final Duration DEFAULT_WAIT = Duration.ofSeconds(60);

    private final SessionLocker locker;
    private final Function<String, Source> sources;
    private final KeyHash hash;
    private final String dataSource;

    /** @param dataSource its name, empty for the configured one */
    public JdbcSessionLocks(SessionLocker locker, Function<String, Source> sources, KeyHash hash, String dataSource) {
        this.locker = locker;
        this.sources = sources;
        this.hash = hash;
        this.dataSource = dataSource;
    }

    @Override
    public LockHandle acquire(String key) {
        return acquire(key(key), LockMode.EXCLUSIVE);
    }

    @Override
    public LockHandle acquire(AdvisoryLockKey key) {
        return acquire(key, LockMode.EXCLUSIVE);
    }

    @Override
    public LockHandle acquire(String key, LockMode mode) {
        return acquire(key(key), mode);
    }

    @Override
    public LockHandle acquire(AdvisoryLockKey key, LockMode mode) {
        return acquire(List.of(key), mode);
    }

    @Override
    public LockHandle acquire(Collection<AdvisoryLockKey> keys, LockMode mode) {
        return taken(Claim.of(some(keys), mode, DEFAULT_WAIT.toMillis()));
    }

    @Override
    public Optional<LockHandle> tryAcquireInOrder(List<AdvisoryLockKey> keys, LockMode mode, Duration wait) {
        return tried(Claim.inOrder(some(keys), mode, Claim.millis(wait)));
    }

    @Override
    public Optional<LockHandle> tryAcquire(String key, Duration wait) {
        return tryAcquire(key(key), LockMode.EXCLUSIVE, wait);
    }

    @Override
    public Optional<LockHandle> tryAcquire(AdvisoryLockKey key, Duration wait) {
        return tryAcquire(key, LockMode.EXCLUSIVE, wait);
    }

    @Override
    public Optional<LockHandle> tryAcquire(String key, LockMode mode, Duration wait) {
        return tryAcquire(key(key), mode, wait);
    }

    @Override
    public Optional<LockHandle> tryAcquire(AdvisoryLockKey key, LockMode mode, Duration wait) {
        return tryAcquire(List.of(key), mode, wait);
    }

    @Override
    public Optional<LockHandle> tryAcquire(Collection<AdvisoryLockKey> keys, LockMode mode, Duration wait) {
        return tried(Claim.of(some(keys), mode, Claim.millis(wait)));
    }

    @Override
    public LockHandle acquirePermit(String key, int permits) {
        return taken(Claim.permit(key(key), permits, hash, DEFAULT_WAIT.toMillis()));
    }

    @Override
    public Optional<LockHandle> tryAcquirePermit(String key, int permits, Duration wait) {
        return tried(Claim.permit(key(key), permits, hash, Claim.millis(wait)));
    }

    @Override
    public Lock lock(String key) {
        return new LockView(key(key), this);
    }

    @Override
    public JdbcSessionLocks on(String dataSource) {
        return new JdbcSessionLocks(locker, sources, hash, dataSource);
    }

    /** The same locks, whose DataSource is found now, in the caller's thread. */
    public SessionLocks found() {
        Source source = sources.apply(dataSource);
        return new JdbcSessionLocks(locker, any -> source, hash, dataSource);
    }

    LockHandle taken(Claim request) {
        return taken(sources.apply(dataSource), request);
    }

    private LockHandle taken(Source source, Claim request) {
        return locker.acquire(source, request.forSession(), CallSite.ofService().toString());
    }

    private Optional<LockHandle> tried(Claim request) {
        Source source = sources.apply(dataSource);
        try {
            // A group takes the name of a holder as a sign of life of the member that tells it.
            return Optional.of(taken(source, source instanceof Source.One ? request.quietly() : request));
        } catch (LockTimeoutException notInTime) {
            return Optional.empty();
        }
    }

    private AdvisoryLockKey key(String text) {
        return AdvisoryLockKey.of(text, hash);
    }

    private static Collection<AdvisoryLockKey> some(Collection<AdvisoryLockKey> keys) {
        if (keys.isEmpty()) {
            throw new LockKeyException(Message.NO_KEYS.text());
        }
        return keys;
    }
}
