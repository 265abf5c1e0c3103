package org.advisorylock.impl.session;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.advisorylock.AdvisoryLockKey;

/** The slots of one key with permits that this JVM uses already: its sessions would get them again. */
final class Permits {

    /** A key with so many permits. */
    record Semaphore(AdvisoryLockKey key, int permits) {}

    /** The place of its waiters in this JVM, of whom one at a time asks. */
    record Head(Semaphore of) {}

    /** For asking for all free slots, one thread at a time. */
    final ReentrantLock turn = new ReentrantLock();

    private final Set<AdvisoryLockKey> used = ConcurrentHashMap.newKeySet();

    /** Uses a slot, unless it is in use. */
    boolean use(AdvisoryLockKey slot) {
        return used.add(slot);
    }

    void free(AdvisoryLockKey slot) {
        used.remove(slot);
    }

    /** The slots that this JVM does not use, at random, so that nobody prefers one. */
    List<AdvisoryLockKey> unused(List<AdvisoryLockKey> slots) {
        List<AdvisoryLockKey> free = new ArrayList<>(slots);
        free.removeAll(new HashSet<>(used));
        Collections.shuffle(free);
        return free;
    }
}
