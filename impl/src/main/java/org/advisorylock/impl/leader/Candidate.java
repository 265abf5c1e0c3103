package org.advisorylock.impl.leader;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.advisorylock.Leadership;
import org.advisorylock.LockHandle;
import org.advisorylock.impl.LogMessage;
import org.advisorylock.impl.postgres.Wording;
import org.advisorylock.impl.session.AsyncLocks;
import org.jspecify.annotations.Nullable;

/**
 * A candidate of an election. It is outside the line, on the way into it, in it, or leading a {@link Term}. It has no
 * thread. The thread of the {@link Lines} moves it, and other threads tell that thread what they notice.
 */
final class Candidate implements Leadership, Line.Walker {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    /** How long a caller of resign or close waits for a listener in another thread. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Audience audience;
    private final Executor loop;
    private final Executor tasks;
    private final Duration patience;
    private final LongSupplier nanoClock;
    private final Line line;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile @Nullable Term term;
    private volatile boolean closed;
    private @Nullable Term past;
    private boolean warned;

    /**
     * @param loop runs one thing after the other
     * @param tasks tell the listener, each in a thread of its own
     * @param patience of who resigns or closes
     */
    Candidate(
            Audience audience,
            ElectionKeys places,
            AsyncLocks locks,
            Executor loop,
            Executor tasks,
            Duration patience,
            LongSupplier nanoClock) {
        this.audience = audience;
        this.loop = loop;
        this.tasks = tasks;
        this.patience = patience;
        this.nanoClock = nanoClock;
        this.line = new Line(places, locks, loop, this);
    }

    /**
     * Takes the steps that are due, without waiting for them.
     *
     * @param all also if it is not at the front, or has failed
     */
    void tick(boolean all) {
        if (all) {
            line.tidy();
        }
        Term mine = term;
        if (mine != null) {
            watch(mine);
        } else if (closed || line.isAsking()) {
            return;
        } else if (!line.isIn()) {
            if (all || !line.isFailing()) {
                line.enter();
            }
        } else if (!line.isFirst() && (all || (line.isNext() && !line.isFailing()))) {
            line.advance();
        }
    }

    private void watch(Term mine) {
        if (!mine.isHeld()) {
            mine.end();
            mine.tellEnd();
            if (!warned && mine.isBeingRevoked() && mine.overNanos() > patience.toNanos()) {
                warned = true;
                LOGGER.log(
                        Level.WARNING,
                        LogMessage.LISTENER_HANGS.text(audience.election(), mine.number(), Wording.describe(patience)));
            }
        }
    }

    @Override
    public void first(LockHandle lock, long token) {
        if (closed) {
            return;
        }
        Term elected = new Term(lock, token, audience, tasks, () -> loop.execute(this::afterTerm), nanoClock);
        term = elected;
        warned = false;
        try {
            elected.begin();
        } catch (Throwable noThread) {
            line.fail(noThread);
            elected.end();
        }
    }

    /** Notes that the listener has returned. Now somebody else may lead, and this candidate may stand again. */
    private void afterTerm() {
        settle();
        past = term;
        term = null;
        if (closed) {
            line.close();
        } else if (line.isFailing()) {
            line.leave();
        } else {
            line.enter();
        }
        moved();
    }

    @Override
    public void moved() {
        if (line.isSettled() && (line.isIn() || line.isFailing() || closed)) {
            settle();
        }
        if (closed && term == null && line.isEmpty()) {
            ended.complete(null);
        }
    }

    private void settle() {
        Term last = past;
        if (last != null) {
            past = null;
            last.settled().complete(null);
        }
    }

    @Override
    public boolean isLeader() {
        Term mine = term;
        return mine != null && mine.isHeld();
    }

    @Override
    public long term() {
        Term mine = term;
        return mine != null && mine.isHeld() ? mine.number() : 0;
    }

    @Override
    public void resign() {
        Term over = giveUp();
        if (over != null) {
            PatientWait.await(over.settled(), patience, nanoClock);
        }
    }

    /** Ends its term without waiting for that. Null if it has none. */
    @Nullable
    Term giveUp() {
        Term mine = term;
        return mine != null && !closed && mine.end() ? mine : null;
    }

    @Override
    public void close() {
        Term mine = term;
        // Another thread that ended the term may wait for this call. What is left ends after that.
        boolean others = mine != null && !mine.end() && mine.isBeingRevoked();
        shut();
        if (!others) {
            PatientWait.await(ended, patience, nanoClock);
        }
    }

    /** Leaves the election without waiting for that. */
    void shut() {
        closed = true;
        Term mine = term;
        if (mine != null) {
            mine.end();
        }
        if (!ended.isDone()) {
            loop.execute(this::leave);
        }
    }

    private void leave() {
        Term mine = term;
        if (mine == null) {
            line.close();
        } else {
            // It may have begun just now.
            mine.end();
        }
        moved();
    }

    /** Completes when the candidate has left the election and nothing of it is left. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    @Override
    public String toString() {
        return audience.election() + " (" + line + "; term " + term + (closed ? "; closed" : "")
                + (past == null ? "" : "; settling") + ")";
    }
}
