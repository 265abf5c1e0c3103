package org.advisorylock.impl.session;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockHandle;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.session.hold.Handle;

/** The locks of one database. Its sessions send requests together that come together. */
final class DirectLocks implements AsyncLocks {

    private final SessionLocker locker;
    private final Source.One source;

    DirectLocks(SessionLocker locker, Source.One source) {
        this.locker = locker;
        this.source = source;
    }

    @Override
    public CompletionStage<Optional<LockHandle>> tryOnce(AdvisoryLockKey key) {
        Claim claim = Claim.of(List.of(key), LockMode.EXCLUSIVE, AdvisoryLock.IMMEDIATE)
                .forSession()
                .quietly();
        return locker.tryOnce(source, claim, "an election").thenApply(taken -> taken.map(LockHandle.class::cast));
    }

    @Override
    public CompletionStage<Long> token(LockHandle handle) {
        return ((Handle) handle).token();
    }

    @Override
    public CompletionStage<Void> release(LockHandle handle) {
        return ((Handle) handle).closeLater().thenRun(() -> {});
    }
}
