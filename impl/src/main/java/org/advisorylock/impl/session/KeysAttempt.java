package org.advisorylock.impl.session;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.SessionConnection;
import org.advisorylock.impl.postgres.SqlErrors;

/** Of the keys that a request names, in order. */
final class KeysAttempt extends Attempt {

    KeysAttempt(Carriers carriers, Claim request, long deadline, Granted granted) {
        super(carriers, request, deadline, granted);
    }

    @Override
    boolean tryShared(List<KeyHold> holds) throws SQLException {
        List<AdvisoryLockKey> wanted = wanted(holds);
        return onShared(holds, (carrier, connection) -> {
            int had = request.mode() == LockMode.SHARED
                    ? eachShared(carrier, connection, wanted)
                    : allExclusive(connection, wanted);
            addGranted(wanted.subList(0, had), carrier, holds);
            return had == wanted.size();
        });
    }

    /** How many were had until the first that was not; later ones are let go again, so that the order is kept. */
    private static int allExclusive(SessionConnection connection, List<AdvisoryLockKey> wanted) throws SQLException {
        List<Boolean> done;
        try {
            done = connection.tryEach(wanted, LockMode.EXCLUSIVE);
        } catch (SQLException e) {
            if (!SqlErrors.isConnectionLost(SqlErrors.state(e))) {
                // Locks of the session outlast the failed statement.
                connection.unlockEach(wanted, LockMode.EXCLUSIVE);
            }
            throw e;
        }
        int had = done.contains(false) ? done.indexOf(false) : done.size();
        List<AdvisoryLockKey> tooMany = new ArrayList<>();
        for (int key = had; key < wanted.size(); key++) {
            if (done.get(key)) {
                tooMany.add(wanted.get(key));
            }
        }
        if (!tooMany.isEmpty()) {
            connection.unlockEach(tooMany, LockMode.EXCLUSIVE);
        }
        return had;
    }

    /** One by one: after an error in the middle nobody could tell how often the session has each. */
    private static int eachShared(Carrier carrier, SessionConnection connection, List<AdvisoryLockKey> wanted)
            throws SQLException {
        for (int key = 0; key < wanted.size(); key++) {
            List<AdvisoryLockKey> one = wanted.subList(key, key + 1);
            boolean overtakes =
                    carrier.holds().stream().anyMatch(hold -> one.contains(hold.key())) && connection.isWaitedFor(one);
            if (overtakes || !connection.tryEach(one, LockMode.SHARED).get(0)) {
                return key;
            }
        }
        return wanted.size();
    }

    @Override
    List<AdvisoryLockKey> wanted(List<KeyHold> holds) {
        return request.keys().subList(holds.size(), request.keys().size());
    }

    @Override
    Duration slice() {
        return carriers.slice();
    }

    @Override
    Duration pause() {
        return Duration.ofMillis(100);
    }
}
