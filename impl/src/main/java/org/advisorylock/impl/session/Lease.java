package org.advisorylock.impl.session;

import java.lang.ref.PhantomReference;
import org.advisorylock.LockHandle;
import org.advisorylock.impl.postgres.Claim;

/** What is left of a handle that nobody can close any more. */
final class Lease extends PhantomReference<CodeHandle> {

    final LockHandle lock;
    final Claim request;
    final String place;
    final Thread owner = Thread.currentThread();
    private final Leases leases;

    Lease(CodeHandle handle, LockHandle lock, Claim request, String place, Leases leases) {
        super(handle, leases.unreachable());
        this.lock = lock;
        this.request = request;
        this.place = place;
        this.leases = leases;
    }

    /** The handle is closed. */
    void end() {
        leases.end(this);
    }
}
