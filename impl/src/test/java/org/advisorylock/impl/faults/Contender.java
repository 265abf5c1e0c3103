package org.advisorylock.impl.faults;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.advisorylock.LeadershipListener;
import org.advisorylock.testbed.Async;

/** Writes to the {@link GuardedRow} as long as it leads, in a JVM of its own. */
final class Contender implements LeadershipListener {

    private final LockedBank bank;
    private final String name;
    /** How often each term began here and ended. After a failover a later term may be smaller or the same. */
    private final Map<Long, Integer> begun = new ConcurrentHashMap<>();

    private final Map<Long, Integer> ended = new ConcurrentHashMap<>();

    Contender(LockedBank bank, String name) {
        this.bank = bank;
        this.name = name;
    }

    @Override
    public void elected(long term) {
        Worker.say("ELECTED " + term);
        int mine = begun.merge(term, 1, Integer::sum);
        while (ended.getOrDefault(term, 0) < mine) {
            try {
                // In a thread of its own, because a connection that is cut off may hang.
                if (Async.run(() -> bank.number(GuardedRow.write(term, name))).get(5, TimeUnit.SECONDS) == 0) {
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
        Object unused = ended.merge(term, 1, Integer::sum);
        Worker.say("REVOKED " + term + " AT " + System.currentTimeMillis());
    }
}
