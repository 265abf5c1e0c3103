package org.advisorylock.impl.session;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockHandle;
import org.advisorylock.LockLostException;
import org.advisorylock.impl.session.hold.LosableHandle;
import org.advisorylock.spi.Printable;

/**
 * What each thread took through {@code Lock} views, whichever view it used. Only the thread itself reads and writes its
 * entries.
 */
final class Views {

    private final Map<Thread, Map<Source, Map<AdvisoryLockKey, Deque<LockHandle>>>> taken = new ConcurrentHashMap<>();

    void push(Source source, AdvisoryLockKey key, LockHandle handle) {
        taken.computeIfAbsent(Thread.currentThread(), any -> new ConcurrentHashMap<>())
                .computeIfAbsent(source, any -> new ConcurrentHashMap<>())
                .computeIfAbsent(key, any -> new ArrayDeque<>())
                .push(handle);
    }

    /** Forgets dead threads. Their handles are found like all others that nobody can reach. */
    void forgetTheDead() {
        taken.keySet().removeIf(thread -> !thread.isAlive());
    }

    /**
     * Releases what the current thread took last.
     *
     * @throws IllegalMonitorStateException if it has taken nothing, or let it go as often
     * @throws LockLostException if it was lost meanwhile
     */
    void release(Source source, AdvisoryLockKey key) {
        Thread thread = Thread.currentThread();
        Map<Source, Map<AdvisoryLockKey, Deque<LockHandle>>> ofThread = taken.getOrDefault(thread, Map.of());
        Map<AdvisoryLockKey, Deque<LockHandle>> ofSource = ofThread.getOrDefault(source, Map.of());
        Deque<LockHandle> handles = ofSource.get(key);
        if (handles == null) {
            throw new IllegalMonitorStateException("this thread has not taken the lock '"
                    + Printable.of(key.text().orElse(key.toString()))
                    + "' by a view, or has let it go as often as it took it");
        }
        LockHandle handle = handles.pop();
        if (handles.isEmpty()) {
            ofSource.remove(key);
            if (ofSource.isEmpty()) {
                ofThread.remove(source);
            }
            if (ofThread.isEmpty()) {
                taken.remove(thread);
            }
        }
        RuntimeException loss = LosableHandle.lossOf(handle);
        handle.close();
        if (loss != null) {
            throw loss;
        }
    }
}
