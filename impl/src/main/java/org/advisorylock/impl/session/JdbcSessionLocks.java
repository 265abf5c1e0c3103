package org.advisorylock.impl.session;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockHandle;
import org.advisorylock.LockMode;
import org.advisorylock.LockRequest;
import org.advisorylock.SessionLocks;
import org.advisorylock.impl.CallSite;
import org.advisorylock.impl.postgres.Claim;

/** The service, without a container. */
public final class JdbcSessionLocks implements SessionLocks {

    /** The default of {@code AdvisoryLock.accessTimeout}. */
    private static final Duration DEFAULT_WAIT = Duration.ofSeconds(60);

    private final SessionLocker locker;
    private final Function<String, Source> sources;
    private final KeyHash hash;
    private final int maxKeys;
    private final String dataSource;

    /**
     * @param maxKeys how many keys a request may have
     * @param dataSource its name, empty for the configured one
     */
    public JdbcSessionLocks(
            SessionLocker locker, Function<String, Source> sources, KeyHash hash, int maxKeys, String dataSource) {
        this.locker = locker;
        this.sources = sources;
        this.hash = hash;
        this.maxKeys = maxKeys;
        this.dataSource = dataSource;
    }

    @Override
    public LockHandle acquire(String key) {
        return taken(claim(key, DEFAULT_WAIT));
    }

    @Override
    public LockHandle acquire(LockRequest request) {
        return taken(claim(request, DEFAULT_WAIT));
    }

    @Override
    public Optional<LockHandle> tryAcquire(String key, Duration wait) {
        return tried(claim(key, wait));
    }

    @Override
    public Optional<LockHandle> tryAcquire(LockRequest request, Duration wait) {
        return tried(claim(request, wait));
    }

    @Override
    public Lock lock(String key) {
        return new LockView(key(key), new ThreadLocks());
    }

    @Override
    public JdbcSessionLocks on(String dataSource) {
        return new JdbcSessionLocks(locker, sources, hash, maxKeys, dataSource);
    }

    private final class ThreadLocks implements LockView.Taking {

        @Override
        public void take(AdvisoryLockKey key, Claim request) {
            Source source = sources.apply(dataSource);
            locker.views().push(source, key, taken(source, request));
        }

        @Override
        public void release(AdvisoryLockKey key) {
            locker.views().release(sources.apply(dataSource), key);
        }
    }

    private LockHandle taken(Claim request) {
        return taken(sources.apply(dataSource), request);
    }

    private LockHandle taken(Source source, Claim request) {
        return locker.acquireInCode(source, request.forSession(), CallSite.of(JdbcSessionLocks.class));
    }

    private Optional<LockHandle> tried(Claim request) {
        Claim quiet = request.forSession().quietly();
        return Optional.ofNullable(
                locker.tryInCode(sources.apply(dataSource), quiet, CallSite.of(JdbcSessionLocks.class)));
    }

    private AdvisoryLockKey key(String text) {
        return AdvisoryLockKey.of(text, hash);
    }

    private Claim claim(String key, Duration wait) {
        return Claim.of(List.of(key(key)), LockMode.EXCLUSIVE, Claim.millis(wait));
    }

    private Claim claim(LockRequest request, Duration wait) {
        return Claim.of(request, hash, maxKeys, Claim.millis(wait));
    }
}
