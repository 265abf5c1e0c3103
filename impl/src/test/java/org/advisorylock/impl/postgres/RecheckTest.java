package org.advisorylock.impl.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A question without an answer is asked again, by one caller at a time, at growing intervals. */
class RecheckTest {

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
    private final Recheck recheck = new Recheck(clock::get);

    private void pass(long seconds) {
        clock.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    @Test
    void neverBeforeItWasAskedAndNeverAfterItsAnswer() {
        pass(100);
        assertThat(recheck.isDue()).isFalse();
        assertThat(recheck.claim()).isFalse();
        recheck.noteAnswer(false);
        pass(100);
        recheck.noteAnswer(true);
        pass(10_000);
        assertThat(recheck.isDue()).isFalse();
        assertThat(recheck.claim()).isFalse();
    }

    @Test
    void byOneCallerAndAfterLongerAndLongerPauses() {
        recheck.noteAnswer(false);
        for (long pause = 10; pause <= 2560; pause *= 2) {
            pass(pause - 1);
            assertThat(recheck.isDue()).isFalse();
            pass(1);
            assertThat(recheck.isDue()).isTrue();
            assertThat(recheck.claim()).isTrue();
            assertThat(recheck.isDue()).isFalse();
            assertThat(recheck.claim()).isFalse();
            recheck.noteAnswer(false);
        }
        recheck.noteAnswer(false);
        pass(3600);
        assertThat(recheck.isDue()).as("after an hour at most").isTrue();
    }
}
