package org.advisorylock.impl.cdi;

import jakarta.interceptor.InvocationContext;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockHandle;
import org.advisorylock.impl.plan.LockPlan;
import org.jspecify.annotations.Nullable;

/** What the two interceptors of one call tell each other. It lies in the context data of the call. */
final class CallState {

    private static final String SLOT = "org.advisorylock.call";

    private final LockPlan plan;
    private final boolean begins;
    private volatile @Nullable AdvisoryLockException refusal;
    private @Nullable LockHandle session;
    private @Nullable LaterResult later;

    /** @param begins whether there was no transaction before the call */
    CallState(LockPlan plan, boolean begins) {
        this.plan = plan;
        this.begins = begins;
    }

    /** What the outer interceptor has left for the inner one; null if no outer one was called. */
    static @Nullable CallState find(InvocationContext call) {
        return call.getContextData().get(SLOT) instanceof CallState state ? state : null;
    }

    /** Leaves this for the inner interceptor. */
    void leaveIn(InvocationContext call) {
        call.getContextData().put(SLOT, this);
    }

    LockPlan plan() {
        return plan;
    }

    boolean begins() {
        return begins;
    }

    /** Why the call was refused; null if it was not. */
    @Nullable
    AdvisoryLockException refusal() {
        return refusal;
    }

    /** Tells the outer interceptor why the call failed; null before another try. */
    void refuse(@Nullable AdvisoryLockException reason) {
        refusal = reason;
    }

    /** Passes the lock that is held around the transaction. */
    void passSession(LockHandle handle) {
        session = handle;
    }

    /** The lock that is held around the transaction, once; then null. */
    @Nullable
    LockHandle takeSession() {
        LockHandle handle = session;
        session = null;
        return handle;
    }

    /** Passes a result that was not there when the method returned. */
    void passLater(LaterResult result) {
        later = result;
    }

    /** The result that was not there when the method returned, once; then null. */
    @Nullable
    LaterResult takeLater() {
        LaterResult result = later;
        later = null;
        return result;
    }
}
