package org.advisorylock.tck.recovery.app;

import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.jspecify.annotations.Nullable;

/** A resource that ends the JVM, as kill -9 does: no shutdown hook runs, nothing is written. */
public final class Crash implements XAResource {

    /** When. */
    public enum Moment {
        NEVER,
        PREPARE,
        COMMIT
    }

    private final Moment moment;

    Crash(Moment moment) {
        this.moment = moment;
    }

    private void at(Moment now) {
        if (now == moment) {
            Runtime.getRuntime().halt(137);
        }
    }

    @Override
    public int prepare(Xid xid) {
        at(Moment.PREPARE);
        return XA_OK;
    }

    @Override
    public void commit(Xid xid, boolean onePhase) {
        at(Moment.COMMIT);
    }

    @Override
    public void rollback(Xid xid) {
        // Nothing was done.
    }

    @Override
    public void forget(Xid xid) {
        // Nothing is remembered.
    }

    @Override
    public Xid[] recover(int flag) {
        return new Xid[0];
    }

    @Override
    public void start(Xid xid, int flags) {
        // Does no work.
    }

    @Override
    public void end(Xid xid, int flags) {
        // Did no work.
    }

    @Override
    public boolean isSameRM(@Nullable XAResource other) {
        return other == this;
    }

    @Override
    public int getTransactionTimeout() {
        return 0;
    }

    @Override
    public boolean setTransactionTimeout(int seconds) {
        return false;
    }
}
