package org.advisorylock.impl.session.hold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockLostException;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.Claim;
import org.junit.jupiter.api.Test;

/** A hold forgets a handle when it is closed, and a slot is free once its session is lost. */
class NothingIsLeftOfAHandleTest {

    private static final Claim LOCK = Claim.inOrder(List.of(AdvisoryLockKey.of(1)), LockMode.EXCLUSIVE, 1);
    private static final Claim PERMIT = Claim.permit(AdvisoryLockKey.of("p", KeyHash.MD5), 2, KeyHash.MD5, 1);

    private static final class Session extends SessionWithoutServer {
        @Override
        public void release(List<AdvisoryLockKey> keys, LockMode mode, Supplier<List<Runnable>> released) {
            // A session that was lost releases nothing.
            if (loss == null) {
                released.get().forEach(Runnable::run);
            }
        }
    }

    private final List<Runnable> later = new ArrayList<>();
    private final Holds holds = new Holds(
            new Tasks() {
                @Override
                public void execute(Runnable task) {
                    task.run();
                }

                @Override
                public void after(Duration delay, Runnable task) {
                    later.add(task);
                }
            },
            Duration.ofSeconds(1),
            System::nanoTime);
    private final Session session = new Session();

    private QueuedRequest ask(Claim claim) {
        return new QueuedRequest(claim, Thread.currentThread(), "here", new QueuedRequest.TurnListener() {
            @Override
            public void onTurn() {}

            @Override
            public void onTurnLater() {}

            @Override
            public void onFreed() {}
        });
    }

    private Handle take() {
        QueuedRequest ask = ask(LOCK);
        if (!holds.ask(ask)) {
            holds.noteGrant(ask, 1, session);
        }
        return Objects.requireNonNull(holds.take(ask));
    }

    @Test
    void noActionOfAClosedHandleWhileAnotherOneHoldsTheKey() {
        AtomicInteger told = new AtomicInteger();
        Handle outer = take();
        outer.onLost(() -> told.addAndGet(1000));
        for (int nested = 0; nested < 100; nested++) {
            Handle handle = take();
            handle.onLost(told::incrementAndGet);
            handle.close();
        }
        assertThat(outer.holds().get(0).takeActions()).hasSize(1);
        outer.onLost(() -> told.addAndGet(1000));
        session.loss = "gone";
        holds.lose(session);
        assertThat(told).hasValue(1000);
        later.forEach(Runnable::run);
        assertThat(holds.isIdle()).isTrue();
    }

    @Test
    void noSlotWhoseSessionWasLostBeforeTheGrantWasNoted() {
        QueuedRequest ask = ask(PERMIT);
        assertThat(holds.ask(ask)).isFalse();
        session.loss = "gone";
        holds.noteGrant(ask, holds.wanted(ask).get(0), session);
        assertThatExceptionOfType(LockLostException.class).isThrownBy(() -> holds.take(ask));
        QueuedRequest next = ask(PERMIT);
        assertThat(holds.ask(next)).isFalse();
        assertThat(holds.wanted(next)).containsExactlyInAnyOrderElementsOf(PERMIT.slots());
        holds.refuse(next);
        assertThat(holds.isIdle()).isTrue();
    }
}
