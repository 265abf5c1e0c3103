package org.advisorylock.impl.faults;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.advisorylock.LeadershipListener;

/** Writes to what is {@link GuardedRow} as long as it leads, in a JVM of its own. */
final class Contender implements LeadershipListener {

    private final LockedBank bank;
    private final String name;
    /** Each by itself: after a failover a later term may be smaller. */
    private final Set<Long> ended = ConcurrentHashMap.newKeySet();

    Contender(LockedBank bank, String name) {
        this.bank = bank;
        this.name = name;
    }

    @Override
    public void elected(long term) {
        Worker.say("ELECTED " + term);
        while (!ended.contains(term)) {
            try {
                if (bank.number(GuardedRow.write(term, name)) == 0) {
                    Worker.say("REFUSED " + term);
                    return;
                }
            } catch (Exception fault) {
                Worker.say("FAILED " + fault);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    @Override
    public void revoked(long term) {
        ended.add(term);
        Worker.say("REVOKED " + term + " AT " + System.currentTimeMillis());
    }
}
