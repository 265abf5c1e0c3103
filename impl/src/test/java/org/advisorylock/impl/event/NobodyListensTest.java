package org.advisorylock.impl.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.advisorylock.LockMode;
import org.advisorylock.LockScope;
import org.junit.jupiter.api.Test;

/** What a call adds if nobody listens makes no object. */
class NobodyListensTest {

    private static final Subject SUBJECT = new Subject("k", LockScope.SESSION, LockMode.SHARED, 1);
    private static final int CALLS = 100_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private long bytes(LockEvents events) {
        long before = threads.getCurrentThreadAllocatedBytes();
        int heard = 0;
        for (int call = 0; call < CALLS; call++) {
            if (events.isHeard()) {
                heard += events.begin(SUBJECT).hashCode();
            }
            events.retry(SUBJECT, heard);
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void andNothingIsMade() {
        // The first measurement loads classes.
        bytes(LockEvents.UNHEARD);
        assertThat(bytes(LockEvents.UNHEARD)).isLessThan(CALLS / 100);
        LockEvents heard = new LockEvents(true, List::of, System::nanoTime);
        assertThat(bytes(heard)).isGreaterThan(CALLS * 16L);
    }
}
