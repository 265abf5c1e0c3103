package org.advisorylock.impl.transaction;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockKeyException;
import org.advisorylock.LockMode;
import org.advisorylock.LockRequest;
import org.advisorylock.TransactionLocks;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;

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
        acquire(claim(key, DEFAULT_WAIT));
    }

    @Override
    public void acquire(LockRequest request) {
        acquire(claim(request, DEFAULT_WAIT));
    }

    private void acquire(Claim claim) {
        LockDatabase database = databases.apply(dataSource);
        PlaceInCode place = new PlaceInCode();
        try {
            locker.acquire(database, claim, new Caller(place, false));
        } finally {
            place.leave();
        }
    }

    @Override
    public boolean tryAcquire(String key, Duration wait) {
        return tryAcquire(claim(key, wait));
    }

    @Override
    public boolean tryAcquire(LockRequest request, Duration wait) {
        return tryAcquire(claim(request, wait));
    }

    private boolean tryAcquire(Claim claim) {
        LockDatabase database = databases.apply(dataSource);
        PlaceInCode place = new PlaceInCode();
        try {
            return locker.tryAcquire(database, claim, new Caller(place, false)) != null;
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
        return new JtaTransactionLocks(locker, databases, hash, dataSource);
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
