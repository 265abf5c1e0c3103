package org.advisorylock.impl.session;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.advisorylock.LockEvent.WaitPlace;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockInfo;
import org.advisorylock.impl.event.Story;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.session.hold.Failures;
import org.advisorylock.impl.session.hold.Handle;
import org.advisorylock.impl.session.hold.Holds;
import org.advisorylock.impl.session.hold.QueuedRequest;
import org.advisorylock.impl.session.link.Acquire;
import org.advisorylock.impl.session.link.LockSessions;
import org.advisorylock.impl.session.link.LostSession;
import org.advisorylock.impl.session.link.ServerWait;
import org.advisorylock.impl.session.link.Workers;
import org.jspecify.annotations.Nullable;

/**
 * Takes one request through its steps, without a thread of its own. The request stands in line in this JVM. Then the
 * shared session tries its keys. If somebody holds one, the request waits in the server, in a session of its own. If no
 * such session can be had, it tries again after a pause. At most one question of a request is under way.
 */
final class Acquisition implements QueuedRequest.TurnListener, Acquire.AcquireListener {

    private static final Duration PAUSE = Duration.ofMillis(100);

    private enum Step {
        IN_LINE,
        TRYING,
        WAITING,
        PAUSING,
        OVER
    }

    private final Holds holds;
    private final LockSessions sessions;
    private final Workers workers;
    private final Claim claim;
    private final QueuedRequest ask;
    private final WaitLimit limit;
    private final OwnErrand own = new OwnErrand();

    /** The holders. Empty if the lock was granted, or if nobody asked for their names. */
    private final CompletableFuture<List<LockInfo>> answer = new CompletableFuture<>();

    private Step step = Step.IN_LINE;
    private int pause;
    private boolean triedAgain;
    private volatile boolean abandoned;
    private @Nullable ServerWait wait;

    /**
     * Has not begun yet.
     *
     * @param owner the thread that may take the keys again; null for none
     * @param began when the caller asked, by the clock of the sessions
     * @param story what listeners hear; null if nobody listens
     */
    Acquisition(
            LockSessions sessions,
            Claim claim,
            @Nullable Thread owner,
            String place,
            long began,
            @Nullable Story story) {
        this.sessions = sessions;
        this.holds = sessions.registry();
        this.workers = sessions.workers();
        this.claim = claim;
        this.limit = new WaitLimit(claim, began, sessions::now);
        this.ask = new QueuedRequest(claim, owner, place, this, story);
    }

    /** Brings it on its way. A thread that may block asks the server itself, if it can. */
    void start(boolean mayBlock) {
        own.run(mayBlock, () -> {
            if (holds.ask(ask)) {
                answer.complete(List.of());
            } else if (ask.isHeard()) {
                noteLine();
            }
        });
    }

    private synchronized void noteLine() {
        if (step == Step.IN_LINE) {
            ask.waits(WaitPlace.GATE);
        }
    }

    /** The lock, as soon as it is granted. It does not wait for others of this JVM. Null if the lock is not granted. */
    CompletableFuture<@Nullable Handle> once() {
        boolean unused = withdraw();
        return answer.thenApply(holders -> take());
    }

    /** Makes the caller the owner of what was granted. Null if nothing was granted. */
    @Nullable
    Handle take() {
        return holds.take(ask);
    }

    /** The holders, if they were read. Call it only after the lock was refused. */
    List<LockInfo> holders() {
        return answer.isDone() ? answer.join() : List.of();
    }

    /** The caller gives up. Whatever is granted from now on is released. */
    void abandon() {
        abandoned = true;
        if (withdraw()) {
            return;
        }
        holds.abandon(ask);
        synchronized (this) {
            ServerWait begun = wait;
            if (step == Step.PAUSING) {
                end();
            } else if (step == Step.WAITING && begun != null) {
                if (begun.withdraw()) {
                    end();
                } else {
                    begun.cancel(workers);
                }
            }
        }
    }

    /** Takes the request out of the line. Returns false if it was not in line any more. */
    boolean withdraw() {
        return holds.withdraw(ask) && answer.complete(List.of());
    }

    @Override
    public synchronized void onTurn() {
        attempt();
    }

    @Override
    public synchronized void onTurnLater() {
        pauseForPermit();
    }

    @Override
    public synchronized void onFreed() {
        if (step == Step.PAUSING) {
            attempt();
        }
    }

    private void attempt() {
        step = Step.TRYING;
        wait = null;
        pause++;
        try {
            own.tryOnce(sessions, ask, this);
        } catch (Throwable e) {
            // There may be no thread, for example. The caller waits for an answer, and the key must become free again.
            fail(e);
        }
    }

    /** The answer of the shared session, or of a waiter's session. */
    @Override
    public synchronized void onAnswer() {
        if (holds.isComplete(ask)) {
            step = Step.OVER;
            answer.complete(List.of());
        } else if (abandoned || limit.isOver()) {
            end();
        } else if (step == Step.WAITING) {
            attempt();
        } else if (claim.isForPermit()) {
            pauseForPermit();
        } else {
            waitInServer();
        }
    }

    private void pauseForPermit() {
        ask.waits(WaitPlace.SERVER);
        pause(PermitPause.next());
    }

    private void waitInServer() {
        ask.waits(WaitPlace.SERVER);
        try {
            wait = sessions.await(ask, this, limit::left);
        } catch (Throwable e) {
            fail(e);
            return;
        }
        if (wait == null) {
            pause(PAUSE);
        } else {
            step = Step.WAITING;
            // To open a session may take long. Until then the shared session tries again now and then.
            pauseThen(PAUSE);
        }
    }

    private void pause(Duration time) {
        step = Step.PAUSING;
        pauseThen(limit.left(time));
    }

    private void pauseThen(Duration time) {
        int mine = ++pause;
        // The thread that ends all requests may have looked at this one already.
        if (sessions.isEnding()) {
            fail(Failures.closed(claim));
            return;
        }
        try {
            workers.soon(time, () -> paused(mine));
        } catch (Throwable e) {
            fail(e);
        }
    }

    private synchronized void paused(int which) {
        if (which != pause) {
            return;
        }
        ServerWait waiting = wait;
        if (step == Step.PAUSING || (step == Step.WAITING && waiting != null && waiting.withdraw())) {
            attempt();
        }
    }

    @Override
    public synchronized void onFailure(Throwable why) {
        boolean wanted = !abandoned && !(why instanceof LockGuardException);
        ServerWait waiting = wait;
        if (wanted && step == Step.WAITING && waiting != null && !waiting.isOver()) {
            // The waiter's session could not be opened. The shared session will tell what is wrong with the database.
            pause(PAUSE);
        } else if (wanted && why instanceof LostSession && !triedAgain) {
            triedAgain = true;
            attempt();
        } else {
            fail(why);
        }
    }

    private void fail(Throwable why) {
        step = Step.OVER;
        holds.refuse(ask);
        ask.whenOver(() -> answer.completeExceptionally(why));
    }

    /** Answers when nothing of the request is left in anybody's way. Meanwhile it reads the holders. */
    private void end() {
        step = Step.OVER;
        CompletableFuture<List<LockInfo>> read;
        try {
            boolean wanted = !claim.isForPermit() && !claim.isQuiet() && !abandoned;
            read = wanted ? sessions.readHolders(claim) : CompletableFuture.completedFuture(List.of());
        } catch (Throwable e) {
            fail(e);
            return;
        }
        holds.refuse(ask);
        ask.whenOver(() -> {
            Object unused = read.whenComplete((who, failure) -> {
                if (failure == null) {
                    answer.complete(who);
                } else {
                    answer.completeExceptionally(failure);
                }
            });
        });
    }

    /** Refuses the request because the application ends. */
    void refuse(LockGuardException why) {
        if (holds.withdraw(ask)) {
            answer.completeExceptionally(why);
            return;
        }
        synchronized (this) {
            ServerWait waiting = wait;
            if (step == Step.PAUSING || (step == Step.WAITING && waiting != null && waiting.withdraw())) {
                fail(why);
            }
        }
    }

    QueuedRequest ask() {
        return ask;
    }

    CompletableFuture<?> answered() {
        return answer;
    }
}
