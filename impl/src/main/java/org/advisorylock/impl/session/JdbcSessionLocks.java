package org.advisorylock.impl.session;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockEvent.LockOutcome;
import org.advisorylock.LockHandle;
import org.advisorylock.LockMode;
import org.advisorylock.LockRequest;
import org.advisorylock.LockScope;
import org.advisorylock.SessionLocks;
import org.advisorylock.impl.CallSite;
import org.advisorylock.impl.event.LockEvents;
import org.advisorylock.impl.event.Story;
import org.advisorylock.impl.event.Subject;
import org.advisorylock.impl.postgres.Claim;
import org.jspecify.annotations.Nullable;

/** The service, without a container. */
public final class JdbcSessionLocks implements SessionLocks {

    /** The default of {@code AdvisoryLock.accessTimeout}. */
    private static final Duration DEFAULT_WAIT = Duration.ofSeconds(60);

    private final SessionLocker locker;
    private final Function<String, Source> sources;
    private final KeyHash hash;
    private final int maxKeys;
    private final LockEvents events;
    private final String dataSource;

    /**
     * @param maxKeys how many keys a request may have
     * @param dataSource its name, empty for the configured one
     */
    public JdbcSessionLocks(
            SessionLocker locker,
            Function<String, Source> sources,
            KeyHash hash,
            int maxKeys,
            LockEvents events,
            String dataSource) {
        this.locker = locker;
        this.sources = sources;
        this.hash = hash;
        this.maxKeys = maxKeys;
        this.events = events;
        this.dataSource = dataSource;
    }

    @Override
    public LockHandle acquire(String key) {
        return Objects.requireNonNull(take(key, LockMode.EXCLUSIVE, 1, DEFAULT_WAIT, true));
    }

    @Override
    public LockHandle acquire(LockRequest request) {
        return Objects.requireNonNull(take(request, request.mode(), request.permits(), DEFAULT_WAIT, true));
    }

    @Override
    public Optional<LockHandle> tryAcquire(String key, Duration wait) {
        return Optional.ofNullable(take(key, LockMode.EXCLUSIVE, 1, wait, false));
    }

    @Override
    public Optional<LockHandle> tryAcquire(LockRequest request, Duration wait) {
        return Optional.ofNullable(take(request, request.mode(), request.permits(), wait, false));
    }

    @Override
    public Lock lock(String key) {
        return new LockView(key(key), new ThreadLocks());
    }

    @Override
    public JdbcSessionLocks on(String dataSource) {
        return new JdbcSessionLocks(locker, sources, hash, maxKeys, events, dataSource);
    }

    private final class ThreadLocks implements LockView.Taking {

        @Override
        public void take(AdvisoryLockKey key, Claim request) {
            Source source = sources.apply(dataSource);
            Claim claim = request.forSession();
            String place = place();
            LockHandle taken;
            if (events.isHeard()) {
                Story story = begin(place, claim.mode(), 1);
                taken = story.tell(LockOutcome.TIMEOUT, () -> locker.acquireInCode(source, claim, place, story));
            } else {
                taken = locker.acquireInCode(source, claim, place, null);
            }
            locker.views().push(source, key, Objects.requireNonNull(taken));
        }

        @Override
        public void release(AdvisoryLockKey key) {
            locker.views().release(sources.apply(dataSource), key);
        }
    }

    /** @param keys a text or a request */
    private @Nullable LockHandle take(Object keys, LockMode mode, int permits, Duration wait, boolean required) {
        String place = place();
        if (!events.isHeard()) {
            return take(keys, wait, required, place, null);
        }
        Story story = begin(place, mode, permits);
        return story.tell(LockOutcome.TIMEOUT, () -> take(keys, wait, required, place, story));
    }

    private @Nullable LockHandle take(
            Object keys, Duration wait, boolean required, String place, @Nullable Story story) {
        Claim made = keys instanceof LockRequest request ? claim(request, wait) : claim((String) keys, wait);
        Claim claim = made.forSession();
        Source source = sources.apply(dataSource);
        return required
                ? locker.acquireInCode(source, claim, place, story)
                : locker.tryInCode(source, claim.quietly(), place, story);
    }

    private Story begin(String place, LockMode mode, int permits) {
        return events.begin(new Subject(CallSite.nameOf(place), LockScope.SESSION, mode, permits));
    }

    private static String place() {
        return CallSite.of(JdbcSessionLocks.class);
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
