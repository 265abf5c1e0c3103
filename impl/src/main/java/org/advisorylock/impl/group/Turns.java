package org.advisorylock.impl.group;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.session.hold.Ask;
import org.advisorylock.impl.session.hold.Holds;
import org.advisorylock.impl.session.hold.Tasks;
import org.jspecify.annotations.Nullable;

/**
 * Of the threads of this JVM that want a key of a group one asks, in the order in which they came; readers together.
 * Those that pause between two rounds are woken when the key is let go in this JVM.
 */
final class Turns {

    private static final class Turn implements Ask.Asker {
        private final CompletableFuture<Boolean> mine = new CompletableFuture<>();

        @Override
        public void turn() {
            mine.complete(true);
        }

        @Override
        public void turnLater() {
            turn();
        }

        @Override
        public void freed() {}
    }

    private final Holds line;
    private final Map<Thread, Claim> pausing = new ConcurrentHashMap<>();

    Turns(Tasks tasks) {
        this.line = new Holds(tasks, Duration.ZERO);
    }

    /** Waits for a turn; null if it did not come in time. It is to be given back. */
    @Nullable
    Ask take(Claim claim, long nanos) throws InterruptedException {
        Turn turn = new Turn();
        Ask ask = new Ask(claim, null, "", turn);
        boolean unused = line.ask(ask);
        try {
            turn.mine.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
            return ask;
        } catch (TimeoutException | ExecutionException notInTime) {
            return line.withdraw(ask) ? null : ask;
        } catch (InterruptedException e) {
            if (!line.withdraw(ask)) {
                giveBack(ask);
            }
            throw e;
        }
    }

    void giveBack(Ask turn) {
        line.refuse(turn);
    }

    /** Pauses before the next round, until a thread of this JVM lets one of the keys go. */
    void pause(Claim claim, long nanos) {
        pausing.put(Thread.currentThread(), claim);
        try {
            LockSupport.parkNanos(this, nanos);
        } finally {
            pausing.remove(Thread.currentThread());
        }
    }

    /** A lock of these keys was let go. */
    void wake(Claim released) {
        pausing.forEach((thread, waiting) -> {
            if (waiting.keys().stream().anyMatch(released.keys()::contains)) {
                LockSupport.unpark(thread);
            }
        });
    }
}
