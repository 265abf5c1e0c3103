package org.advisorylock.impl.leader;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.advisorylock.Leadership;
import org.advisorylock.LockHandle;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.Texts;
import org.advisorylock.impl.session.AsyncLocks;
import org.jspecify.annotations.Nullable;

/**
 * One who stands in an election: outside the line, on the way into it, in it, or leading a {@link Term}. It has no thread; that of the {@link Lines} moves it,
 * and whatever other threads notice they tell there.
 */
final class Candidate implements Leadership, Line.Walker {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    /** So long whoever resigns or closes waits for a listener of another thread. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Audience audience;
    private final Executor loop;
    private final Executor tasks;
    private final Duration patience;
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
    Candidate(Audience audience, Places places, AsyncLocks locks, Executor loop, Executor tasks, Duration patience) {
        this.audience = audience;
        this.loop = loop;
        this.tasks = tasks;
        this.patience = patience;
        this.line = new Line(places, locks, loop, this);
    }

    /**
     * Does what is due, without waiting for it.
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
                        Message.LISTENER_HANGS.text(audience.election(), mine.number(), Texts.of(patience)));
            }
        }
    }

    @Override
    public void first(LockHandle lock, long token) {
        if (closed) {
            return;
        }
        Term elected = new Term(lock, token, audience, tasks, () -> loop.execute(this::afterTerm));
        term = elected;
        warned = false;
        try {
            elected.begin();
        } catch (Throwable noThread) {
            line.fail(noThread);
            elected.end();
        }
    }

    /** The listener has returned, so that somebody else may lead, and this one may stand again. */
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
            Patient.await(over.settled(), patience);
        }
    }

    /** Ends its term, without waiting for it; null if it has none. */
    @Nullable
    Term giveUp() {
        Term mine = term;
        return mine != null && !closed && mine.end() ? mine : null;
    }

    @Override
    public void close() {
        Term mine = term;
        // If somebody else has ended it, that may wait for this call: what is left ends after that.
        boolean others = mine != null && !mine.end() && mine.isBeingRevoked();
        shut();
        if (!others) {
            Patient.await(ended, patience);
        }
    }

    /** Has it leave the election, without waiting for it. */
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

    /** Completes when it has left the election, with all that it had. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    @Override
    public String toString() {
        return audience.election() + " (" + line + "; term " + term + (closed ? "; closed" : "")
                + (past == null ? "" : "; settling") + ")";
    }
}
