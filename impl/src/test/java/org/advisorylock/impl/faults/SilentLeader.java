package org.advisorylock.impl.faults;

import org.advisorylock.LeadershipListener;

/** Leads without doing anything. */
final class SilentLeader implements LeadershipListener {
    @Override
    public void elected(long term) {}

    @Override
    public void revoked(long term) {}
}
