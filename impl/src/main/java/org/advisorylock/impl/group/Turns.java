package org.advisorylock.impl.group;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.advisorylock.LockEvent.WaitPlace;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.session.hold.Holds;
import org.advisorylock.impl.session.hold.QueuedRequest;
import org.advisorylock.impl.session.hold.Tasks;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread of this JVM at a time ask a group for a key, in the order in which they came. Readers ask together.
 * Threads that pause between two rounds are woken when this JVM releases the key.
 */
final class Turns {

    private static final class Turn implements QueuedRequest.TurnListener {
        private final CompletableFuture<Boolean> mine = new CompletableFuture<>();

        @Override
        public void onTurn() {
            mine.complete(true);
        }

        @Override
        public void onTurnLater() {
            onTurn();
        }

        @Override
        public void onFreed() {}
    }

    private final Holds line;
    private final Map<Thread, Claim> pausing = new ConcurrentHashMap<>();

    Turns(Tasks tasks, LongSupplier nanoClock) {
        this.line = new Holds(tasks, Duration.ZERO, nanoClock);
    }

    /** Waits for a turn. Null if it did not come in time. Its owner must give it back. */
    @Nullable
    QueuedRequest take(GroupRequest request) throws InterruptedException {
        Turn turn = new Turn();
        QueuedRequest ask = new QueuedRequest(request.claim(), null, "", turn);
        boolean unused = line.ask(ask);
        try {
            if (!turn.mine.isDone()) {
                request.waits(WaitPlace.GATE);
            }
            turn.mine.get(Math.max(0, request.nanosLeft()), TimeUnit.NANOSECONDS);
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

    void giveBack(QueuedRequest turn) {
        line.refuse(turn);
    }

    /** Pauses before the next round. The pause ends when a thread of this JVM releases one of the keys. */
    void pause(Claim claim, long nanos) {
        pausing.put(Thread.currentThread(), claim);
        try {
            LockSupport.parkNanos(this, nanos);
        } finally {
            pausing.remove(Thread.currentThread());
        }
    }

    /** Notes that a lock of these keys was released. */
    void wake(Claim released) {
        pausing.forEach((thread, waiting) -> {
            if (waiting.keys().stream().anyMatch(released.keys()::contains)) {
                LockSupport.unpark(thread);
            }
        });
    }
}
