package org.advisorylock.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/**
 * What the threads of this JVM have used until now, since some ways to lock have threads of their own. Collecting
 * garbage and compiling are not in it.
 */
final class ThreadUse {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Of each thread but the calling one: nanoseconds and bytes. */
    private final Map<Long, long[]> others;

    private final long ownNanos;
    private final long ownBytes;

    private ThreadUse(Map<Long, long[]> others, long ownNanos, long ownBytes) {
        this.others = others;
        this.ownNanos = ownNanos;
        this.ownBytes = ownBytes;
    }

    /** For the start of a slice: what the calling thread does for this is not in it. */
    static ThreadUse before() {
        Map<Long, long[]> others = others();
        return new ThreadUse(others, THREADS.getCurrentThreadCpuTime(), THREADS.getCurrentThreadAllocatedBytes());
    }

    /** For its end, likewise. */
    static ThreadUse after() {
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        long nanos = THREADS.getCurrentThreadCpuTime();
        return new ThreadUse(others(), nanos, bytes);
    }

    private static Map<Long, long[]> others() {
        long own = Thread.currentThread().getId();
        long[] ids = THREADS.getAllThreadIds();
        long[] nanos = THREADS.getThreadCpuTime(ids);
        long[] bytes = THREADS.getThreadAllocatedBytes(ids);
        Map<Long, long[]> others = new HashMap<>();
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] != own && nanos[i] >= 0) {
                others.put(ids[i], new long[] {nanos[i], bytes[i]});
            }
        }
        return others;
    }

    long nanosSince(ThreadUse before) {
        return ownNanos - before.ownNanos + othersSince(before, 0);
    }

    long bytesSince(ThreadUse before) {
        return ownBytes - before.ownBytes + othersSince(before, 1);
    }

    private long othersSince(ThreadUse before, int what) {
        long sum = 0;
        for (Map.Entry<Long, long[]> thread : others.entrySet()) {
            long[] earlier = before.others.getOrDefault(thread.getKey(), new long[2]);
            sum += thread.getValue()[what] - earlier[what];
        }
        return sum;
    }
}
