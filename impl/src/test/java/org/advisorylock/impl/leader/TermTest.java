package org.advisorylock.impl.leader;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.advisorylock.LeadershipListener;
import org.advisorylock.LockHandle;
import org.advisorylock.impl.ManualClock;
import org.junit.jupiter.api.Test;

/** A listener is told once of the beginning of a term and once of its end, whoever ends it. */
class TermTest {

    private final ManualClock clock = new ManualClock();
    private final List<String> heard = new ArrayList<>();
    private final List<Runnable> tasks = new ArrayList<>();
    private final TermLock lock = new TermLock();
    private boolean threads = true;
    private Runnable atElection = () -> {};

    /** A lock that a test loses. */
    private static final class TermLock implements LockHandle {
        private final List<Runnable> actions = new ArrayList<>();
        private boolean held = true;

        void lose() {
            held = false;
            actions.forEach(Runnable::run);
        }

        @Override
        public boolean isHeld() {
            return held;
        }

        @Override
        public long fencingToken() {
            return 7;
        }

        @Override
        public void onLost(Runnable action) {
            actions.add(action);
        }

        @Override
        public void holdAtLeast(Duration time) {}

        @Override
        public void close() {}
    }

    private final LeadershipListener listener = new LeadershipListener() {
        @Override
        public void elected(long number) {
            heard.add("elected " + number);
            atElection.run();
        }

        @Override
        public void revoked(long number) {
            heard.add("revoked " + number);
        }
    };

    private final Term term = new Term(
            lock,
            7,
            new Audience("sync", listener, event -> heard.add("observed " + event.elected())),
            this::execute,
            () -> heard.add("returned"),
            clock);

    private void execute(Runnable task) {
        if (!threads) {
            throw new RejectedExecutionException("no thread");
        }
        tasks.add(task);
    }

    private void runTasks() {
        while (!tasks.isEmpty()) {
            tasks.remove(0).run();
        }
    }

    private void begin() {
        term.begin();
        runTasks();
    }

    @Test
    void isToldFromItsBeginningToItsEnd() {
        begin();
        assertThat(heard).containsExactly("observed true", "elected 7");
        assertThat(term.end()).isTrue();
        runTasks();
        assertThat(heard).containsExactly("observed true", "elected 7", "revoked 7", "observed false", "returned");
    }

    @Test
    void endsOnce() {
        begin();
        assertThat(term.end()).isTrue();
        assertThat(term.end()).isFalse();
        lock.lose();
        term.tellEnd();
        runTasks();
        assertThat(heard).containsOnlyOnce("revoked 7", "returned");
    }

    @Test
    void endsWithItsLock() {
        begin();
        lock.lose();
        assertThat(term.isHeld()).isFalse();
        runTasks();
        assertThat(heard).endsWith("revoked 7", "observed false", "returned");
    }

    @Test
    void isNotHeldAfterItsEndAlthoughItsLockIs() {
        assertThat(term.isHeld()).isTrue();
        term.end();
        assertThat(lock.isHeld()).isTrue();
        assertThat(term.isHeld()).isFalse();
    }

    /** Then nobody has begun any work. */
    @Test
    void isNotToldAtAllIfItEndsBefore() {
        term.begin();
        term.end();
        runTasks();
        assertThat(heard).containsExactly("returned");
        assertThat(term.isBeingRevoked()).isFalse();
    }

    /** A listener that resigns in its own call may hold monitors that another thread would wait for. */
    @Test
    void isEndedByItsListenerInTheThreadOfTheListener() {
        atElection = () -> {
            term.end();
            heard.add("goes on");
        };
        begin();
        assertThat(heard)
                .containsExactly("observed true", "elected 7", "revoked 7", "observed false", "returned", "goes on");
    }

    @Test
    void isBeingRevokedUntilItsListenerReturns() {
        begin();
        assertThat(term.isBeingRevoked()).isFalse();
        term.end();
        assertThat(term.isBeingRevoked()).isTrue();
        runTasks();
        assertThat(term.isBeingRevoked()).isFalse();
    }

    @Test
    void isToldLaterIfThereIsNoThreadForThat() {
        begin();
        threads = false;
        term.end();
        assertThat(heard).doesNotContain("revoked 7");
        assertThat(term.isBeingRevoked()).isTrue();
        threads = true;
        term.tellEnd();
        runTasks();
        assertThat(heard).endsWith("revoked 7", "observed false", "returned");
    }

    @Test
    void countsTheTimeSinceItsEnd() {
        begin();
        clock.pass(Duration.ofHours(1));
        term.end();
        assertThat(term.overNanos()).isZero();
        clock.pass(Duration.ofSeconds(31));
        assertThat(term.overNanos()).isEqualTo(31_000_000_000L);
    }

    @Test
    void goesOnWithoutAListenerThatFails() {
        atElection = () -> {
            throw new IllegalStateException("on purpose");
        };
        begin();
        assertThat(term.isHeld()).isTrue();
        term.end();
        runTasks();
        assertThat(heard).endsWith("revoked 7", "observed false", "returned");
    }
}
