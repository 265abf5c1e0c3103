package org.advisorylock.impl.session.link;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.SessionConnection;

/**
 * One message for many callers: it releases locks and tries others. It has exclusive locks only. A session has each of
 * them once, so the state can be repaired after an error.
 */
final class Exchange {

    private final List<Release> releases = new ArrayList<>();
    private final List<TryAll> tries = new ArrayList<>();

    /** One for an errand that it takes. */
    static Exchange of(Errand errand) {
        Exchange exchange = new Exchange();
        if (!exchange.add(errand)) {
            throw new IllegalArgumentException("goes alone");
        }
        return exchange;
    }

    /** Gives the answer to an errand that it has done. */
    static Runnable answer(Errand errand) {
        SQLException failure = errand instanceof TryAll one ? one.failure : null;
        return failure == null ? errand::answer : () -> errand.fail(failure);
    }

    /** Whether it takes an errand. */
    boolean add(Errand errand) {
        if (errand instanceof Release release && release.mode() == LockMode.EXCLUSIVE) {
            return releases.add(release);
        }
        return errand instanceof TryAll all && tries.add(all);
    }

    boolean isEmpty() {
        return releases.isEmpty() && tries.isEmpty();
    }

    /** Sends it. */
    void run(SessionConnection connection) throws SQLException {
        List<AdvisoryLockKey> over = new ArrayList<>();
        releases.forEach(release -> over.addAll(release.keys()));
        List<AdvisoryLockKey> wanted = new ArrayList<>();
        for (TryAll one : tries) {
            one.wanted = one.registry.wanted(one.ask);
            wanted.addAll(one.wanted);
        }
        try {
            List<Boolean> done = connection.exchange(over, wanted);
            Release.requireAll(done.subList(0, over.size()));
            count(connection, tries, done.subList(over.size(), done.size()));
        } catch (SQLException e) {
            if (UnsoundSession.isEnd(e)) {
                throw e;
            }
            oneByOne(connection, over, wanted);
        }
    }

    private static void count(SessionConnection connection, List<TryAll> tries, List<Boolean> done)
            throws SQLException {
        List<AdvisoryLockKey> tooMany = new ArrayList<>();
        int at = 0;
        for (TryAll one : tries) {
            one.count(done.subList(at, at + one.wanted.size()), tooMany);
            at += one.wanted.size();
        }
        if (!tooMany.isEmpty()) {
            Release.requireAll(connection.unlockEach(tooMany, LockMode.EXCLUSIVE));
        }
    }

    /**
     * Session locks outlast a failed statement. So this releases everything first, and then tries one request after the
     * other, so that only the failing one fails.
     */
    private void oneByOne(SessionConnection connection, List<AdvisoryLockKey> over, List<AdvisoryLockKey> wanted)
            throws SQLException {
        List<AdvisoryLockKey> all = new ArrayList<>(over);
        all.addAll(wanted);
        connection.unlockEach(all, LockMode.EXCLUSIVE);
        for (TryAll one : tries) {
            one.had = 0;
            try {
                count(connection, List.of(one), connection.exchange(List.of(), one.wanted));
            } catch (SQLException e) {
                if (UnsoundSession.isEnd(e)) {
                    throw e;
                }
                connection.unlockEach(one.wanted, LockMode.EXCLUSIVE);
                one.had = 0;
                one.failure = e;
            }
        }
    }
}
