package org.advisorylock.impl.session.link;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.Incarnation;
import org.advisorylock.impl.postgres.Patience;
import org.advisorylock.impl.postgres.SessionConnection;
import org.advisorylock.impl.postgres.SqlErrors;
import org.advisorylock.impl.session.hold.Holds;
import org.advisorylock.impl.session.hold.Keeper;
import org.advisorylock.spi.Printable;
import org.jspecify.annotations.Nullable;

/**
 * One session of PostgreSQL, with one thread. What is asked while a message is under way goes together in the next one. As long as it keeps locks it is asked for a sign of
 * life. Whatever its connection throws ends it, and loses what it keeps, unless PostgreSQL says that only the statement failed.
 */
final class LockSession implements Keeper {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    /** Opens its connection, in its thread. */
    @FunctionalInterface
    interface Opening {
        SessionConnection open() throws SQLException;
    }

    /** Whose session it is. */
    interface Owner {
        /** A token that the loss of its session endangers no lock for. */
        CompletableFuture<Long> tokenElsewhere(Claim request);

        /** It has ended, and its connection is given back or gone. */
        void ended(LockSession session);
    }

    private final Opening opening;
    private final Holds registry;
    private final Owner owner;
    private final Pulse pulse;
    private final ErrandQueue queue;
    private final SharedCounts shared = new SharedCounts();
    private volatile @Nullable SessionConnection connection;

    /** @param linger how long it stays open when nobody needs it */
    LockSession(Opening opening, Holds registry, Owner owner, Patience patience, Duration linger) {
        this.opening = opening;
        this.registry = registry;
        this.owner = owner;
        this.pulse = new Pulse(patience);
        this.queue = new ErrandQueue(linger.toNanos());
    }

    /** What it is asked to do. */
    ErrandQueue queue() {
        return queue;
    }

    /** Its life, in its thread. */
    void live() {
        SessionConnection opened;
        try {
            opened = opening.open();
            connection = opened;
            pulse.seen(System.nanoTime());
        } catch (Throwable e) {
            end(e, List.of());
            return;
        }
        List<Errand> errands = queue.next(pulse::untilBeat);
        while (errands != null) {
            if (!work(opened, errands)) {
                return;
            }
            errands = queue.next(pulse::untilBeat);
        }
        giveBack();
    }

    /** Does what was asked, and answers when all is noted and, where it ends now, its connection is given back; tells whether it goes on. */
    private boolean work(SessionConnection on, List<Errand> errands) {
        Batch batch = new Batch(errands, this, queue, pulse, shared);
        try {
            requireLife();
            batch.run(on);
        } catch (Throwable e) {
            batch.answer();
            end(e, batch.open());
            return false;
        }
        boolean over = queue.closeIfIdle();
        if (over) {
            giveBack();
        }
        batch.answer();
        return !over;
    }

    private void requireLife() throws SQLException {
        String ended = queue.loss();
        if (ended != null) {
            throw new UnsoundSession(ended);
        }
        if (queue.isKeeping() && !isAlive()) {
            throw new UnsoundSession("silent for longer than the server waits, " + pulse.silence());
        }
    }

    private void giveBack() {
        SessionConnection on = connection;
        try {
            if (on != null) {
                on.close();
            }
        } catch (SQLException | RuntimeException e) {
            LOGGER.log(
                    Level.DEBUG,
                    () -> Printable.message("backend " + backend() + " ended while it was given back: " + e));
        } finally {
            owner.ended(this);
        }
    }

    /** Callers are answered first, then holders are told, and the network comes last. */
    private void end(Throwable why, Collection<Errand> open) {
        SessionConnection on = connection;
        String reason = reason(why);
        List<Errand> unanswered = new ArrayList<>(open);
        unanswered.addAll(queue.close(reason));
        Throwable told = on == null ? why : new LostSession(reason, why);
        unanswered.forEach(errand -> Batch.runSafely(() -> errand.fail(told)));
        Batch.runSafely(() -> registry.lost(this));
        try {
            if (on != null) {
                on.destroy();
            }
        } finally {
            owner.ended(this);
        }
    }

    private static String reason(Throwable why) {
        if (why instanceof UnsoundSession) {
            return String.valueOf(why.getMessage());
        }
        return why instanceof SQLException sql
                ? SqlErrors.state(sql) + ": " + SqlErrors.firstLine(sql)
                : String.valueOf(why);
    }

    /** Ends it from another thread, whatever it keeps or waits for. */
    void end(String reason) {
        if (queue.breakOff(reason)) {
            registry.lost(this);
            SessionConnection on = connection;
            if (on != null) {
                on.cancel();
            }
        }
    }

    @Override
    public void release(List<AdvisoryLockKey> keys, LockMode mode, Supplier<List<Runnable>> released) {
        // Where it has ended they are lost already.
        queue.submit(new Release(keys, mode, released));
    }

    @Override
    public <T> CompletableFuture<T> ask(Operation<T> operation) {
        Question<T> question = new Question<>(operation);
        if (!queue.submit(question)) {
            question.fail(new LostSession(String.valueOf(queue.loss()), new IllegalStateException("ended")));
        }
        return question.future();
    }

    @Override
    public CompletableFuture<Long> token(Claim request) {
        SessionConnection on = connection;
        return on != null && on.waitsForStandbys()
                // What endangers the session of the token endangers no lock.
                ? owner.tokenElsewhere(request).thenCombine(ask(SessionConnection::clock), (token, alive) -> token)
                : ask(SessionConnection::token);
    }

    @Override
    public int backend() {
        SessionConnection on = connection;
        return on == null ? 0 : on.backend();
    }

    @Override
    public @Nullable String loss() {
        return queue.loss();
    }

    @Override
    public boolean isAlive() {
        return queue.loss() == null && pulse.isAlive();
    }

    @Override
    public Incarnation incarnation() {
        return Objects.requireNonNull(connection).incarnation();
    }
}
