package org.advisorylock.impl.transaction;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockEvent.LockOutcome;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockKeyException;
import org.advisorylock.LockMode;
import org.advisorylock.LockRequest;
import org.advisorylock.LockScope;
import org.advisorylock.TransactionLocks;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.CallSite;
import org.advisorylock.impl.event.LockEvents;
import org.advisorylock.impl.event.Story;
import org.advisorylock.impl.event.Subject;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.jspecify.annotations.Nullable;

/** The service, without a container. */
public final class JtaTransactionLocks implements TransactionLocks {

    /** The default of {@code AdvisoryLock.accessTimeout}. */
    private static final Duration DEFAULT_WAIT = Duration.ofSeconds(60);

    private final TransactionLocker locker;
    private final Function<String, LockDatabase> databases;
    private final KeyHash hash;
    private final LockEvents events;
    private final String dataSource;

    /** @param dataSource its name, empty for the configured one */
    public JtaTransactionLocks(
            TransactionLocker locker,
            Function<String, LockDatabase> databases,
            KeyHash hash,
            LockEvents events,
            String dataSource) {
        this.locker = locker;
        this.databases = databases;
        this.hash = hash;
        this.events = events;
        this.dataSource = dataSource;
    }

    @Override
    public void acquire(String key) {
        take(key, LockMode.EXCLUSIVE, 1, DEFAULT_WAIT, true);
    }

    @Override
    public void acquire(LockRequest request) {
        take(request, request.mode(), request.permits(), DEFAULT_WAIT, true);
    }

    @Override
    public boolean tryAcquire(String key, Duration wait) {
        return take(key, LockMode.EXCLUSIVE, 1, wait, false);
    }

    @Override
    public boolean tryAcquire(LockRequest request, Duration wait) {
        return take(request, request.mode(), request.permits(), wait, false);
    }

    /** @param keys a text or a request */
    private boolean take(Object keys, LockMode mode, int permits, Duration wait, boolean required) {
        if (!events.isHeard()) {
            return take(keys, wait, required, null) != null;
        }
        String place = CallSite.nameOf(CallSite.of(JtaTransactionLocks.class));
        Story story = events.begin(new Subject(place, LockScope.TRANSACTION, mode, permits));
        return story.tell(LockOutcome.TIMEOUT, () -> take(keys, wait, required, story)) != null;
    }

    private @Nullable LockedCall take(Object keys, Duration wait, boolean required, @Nullable Story story) {
        Claim claim = keys instanceof LockRequest request ? claim(request, wait) : claim((String) keys, wait);
        LockDatabase database = databases.apply(dataSource);
        PlaceInCode place = new PlaceInCode();
        Caller caller = new Caller(place, false, story);
        try {
            return required ? locker.acquire(database, claim, caller) : locker.tryAcquire(database, claim, caller);
        } finally {
            place.leave();
        }
    }

    @Override
    public boolean isHeld(String key) {
        return isHeld(claim(key, Duration.ZERO), LockMode.SHARED);
    }

    @Override
    public boolean isHeld(LockRequest request) {
        return isHeld(claim(request, Duration.ZERO), request.mode());
    }

    private boolean isHeld(Claim claim, LockMode least) {
        return locker.isHeld(databases.apply(dataSource), claim, least);
    }

    @Override
    public void assertHeld(String key) {
        Claim claim = claim(key, Duration.ZERO);
        assertHeld(claim, LockMode.SHARED, claim.names());
    }

    @Override
    public void assertHeld(LockRequest request) {
        Claim claim = claim(request, Duration.ZERO);
        assertHeld(claim, request.mode(), claim.toString());
    }

    private void assertHeld(Claim claim, LockMode least, String subject) {
        if (!isHeld(claim, least)) {
            throw new LockGuardException(CallMessage.NOT_HELD.text(subject), claim.keys(), null);
        }
    }

    @Override
    public TransactionLocks on(String dataSource) {
        return new JtaTransactionLocks(locker, databases, hash, events, dataSource);
    }

    private Claim claim(String key, Duration wait) {
        return Claim.of(List.of(AdvisoryLockKey.of(key, hash)), LockMode.EXCLUSIVE, Claim.millis(wait));
    }

    private Claim claim(LockRequest request, Duration wait) {
        if (request.isInOrder()) {
            throw new LockKeyException(CallMessage.NO_ORDER_IN_TRANSACTION.text(request));
        }
        return Claim.of(request, hash, locker.maxKeys(), Claim.millis(wait));
    }
}
