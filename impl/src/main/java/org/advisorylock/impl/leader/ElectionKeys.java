package org.advisorylock.impl.leader;

import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockKeyException;

/**
 * The keys of an election: 0 is the leader's, 1 of the next in line.
 *
 * @param election its name
 */
record ElectionKeys(String election, KeyHash hash) {

    /** @throws LockKeyException if the name, or that of a place, is not of the hash's form */
    AdvisoryLockKey key(int place) {
        return AdvisoryLockKey.of(place == 0 ? election : election + "@" + place, hash);
    }
}
