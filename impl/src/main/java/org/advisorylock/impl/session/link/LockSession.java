package org.advisorylock.impl.session.link;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.Incarnation;
import org.advisorylock.impl.postgres.SessionConnection;
import org.advisorylock.impl.postgres.SessionTimeouts;
import org.advisorylock.impl.postgres.SqlErrors;
import org.advisorylock.impl.session.hold.Holds;
import org.advisorylock.impl.session.hold.Keeper;
import org.advisorylock.spi.Printable;
import org.jspecify.annotations.Nullable;

/**
 * One session of PostgreSQL with its thread. Requests that come during a message go together into the next one. While
 * the session keeps locks, it sends a heartbeat. Any error ends it and loses its locks, unless PostgreSQL says that
 * only the statement failed.
 */
final class LockSession implements Keeper {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    /** Who opened the session. */
    interface Owner {
        /** Gets a token on another session, whose loss endangers no lock. */
        CompletableFuture<Long> tokenElsewhere(Claim request);

        /** Hears that the session has ended and its connection is given back or gone. */
        void ended(LockSession session);
    }

    private final Opening opening;
    private final Holds registry;
    private final Owner owner;
    private final Pulse pulse;
    private final ErrandQueue queue;
    private final SharedCounts shared = new SharedCounts();
    private volatile @Nullable SessionConnection connection;
    private volatile @Nullable Throwable failure;

    /** @param linger nanoseconds that it stays open when nobody needs it */
    LockSession(
            Opening opening,
            Holds registry,
            Owner owner,
            SessionTimeouts timeouts,
            LongSupplier linger,
            LongSupplier nanoClock) {
        this.opening = opening;
        this.registry = registry;
        this.owner = owner;
        this.pulse = new Pulse(timeouts, nanoClock);
        this.queue = new ErrandQueue(linger, timeouts.heartbeat().toNanos(), nanoClock);
    }

    /** What it is asked to do. */
    ErrandQueue queue() {
        return queue;
    }

    /** Runs the session from its first message to its end, in its thread. */
    void live() {
        SessionConnection opened;
        try {
            opened = opening.open();
            connection = opened;
            pulse.seenNow();
        } catch (Throwable e) {
            end(e, List.of());
            return;
        }
        List<Errand> errands = queue.next(pulse::untilBeat);
        for (boolean fresh = true; errands != null; fresh = false) {
            boolean takesFirst = !fresh && queue.kept() == 0 && errands.stream().anyMatch(Acquire.class::isInstance);
            if ((takesFirst && !leadsHere(errands)) || !work(opened, errands)) {
                return;
            }
            errands = queue.next(pulse::untilBeat);
        }
        giveBack();
    }

    /**
     * A DataSource that chooses among databases may have changed its mind while the session was idle. A new session
     * would notice that, so an idle one asks, too, before it takes a lock. If it leads elsewhere, a new session does
     * the errands.
     */
    private boolean leadsHere(List<Errand> errands) {
        try {
            opening.requireSameDatabase();
            return true;
        } catch (Throwable e) {
            LostSession ended = new LostSession(reason(e), e);
            List<Errand> open = new ArrayList<>(errands);
            open.addAll(queue.close(reason(e)));
            giveBack();
            open.forEach(errand -> Batch.runSafely(() -> errand.fail(ended)));
            return false;
        }
    }

    /**
     * Runs errands and then answers. Before the answers all results are noted and, if the session ends now, its
     * connection is given back. Returns whether the session goes on.
     */
    private boolean work(SessionConnection on, List<Errand> errands) {
        Batch batch = new Batch(errands, this, queue, pulse, shared);
        try {
            requireLife();
            batch.run(on);
        } catch (Throwable e) {
            batch.answer();
            Throwable before = failure;
            end(before == null ? e : before, batch.open());
            return false;
        }
        boolean over = queue.closeIfIdle();
        if (over) {
            giveBack();
        }
        batch.answer();
        return !over;
    }

    /**
     * Lets the calling thread do its errand itself, if the session has nothing else to do. So no other thread must wake
     * up. The calling thread may block until the server answers, which {@link Pulse#send} limits. It uses the driver's
     * own connection, because the pool's may take part in the transaction of the thread.
     *
     * @param errand which was submitted quietly
     */
    void help(Errand errand) {
        SessionConnection on = connection;
        if (on == null || !on.mayBeUsedDirectly() || !queue.begin(errand)) {
            queue.wake();
            return;
        }
        boolean noted = false;
        on.useDirectly(true);
        try {
            requireLife();
            long sent = pulse.send(on);
            Exchange.of(errand).run(on);
            pulse.seen(sent);
            noted = true;
            queue.count(errand.more());
            errand.note(this, shared);
        } catch (Throwable e) {
            failure = e;
        }
        on.useDirectly(false);
        Throwable why = failure;
        if (why == null) {
            queue.finish();
        } else {
            queue.giveUp(reason(why), noted ? List.of() : List.of(errand));
        }
        if (noted) {
            Batch.runSafely(Exchange.answer(errand));
        }
    }

    private void requireLife() throws SQLException {
        String ended = queue.loss();
        if (ended != null) {
            throw new UnsoundSession(ended);
        }
        if (queue.kept() > 0 && !isAlive()) {
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

    /** Ends the session. It answers callers first, then tells the holders, and uses the network last. */
    private void end(Throwable why, Collection<Errand> open) {
        SessionConnection on = connection;
        String reason = reason(why);
        List<Errand> unanswered = new ArrayList<>(open);
        unanswered.addAll(queue.close(reason));
        Throwable told = on == null ? why : new LostSession(reason, why);
        unanswered.forEach(errand -> Batch.runSafely(() -> errand.fail(told)));
        Batch.runSafely(() -> registry.lose(this));
        try {
            if (on != null) {
                on.destroy();
            }
        } finally {
            owner.ended(this);
        }
    }

    private static String reason(Throwable why) {
        if (!(why instanceof SQLException sql)) {
            return String.valueOf(why);
        }
        String state = SqlErrors.state(sql);
        return state.equals(SqlErrors.PROTOCOL_VIOLATION)
                ? String.valueOf(sql.getMessage())
                : state + ": " + SqlErrors.firstLine(sql);
    }

    /** Ends the session from another thread, whatever it keeps and waits for. */
    void end(String reason) {
        if (queue.breakOff(reason)) {
            registry.lose(this);
            SessionConnection on = connection;
            if (on != null) {
                on.cancel();
            }
        }
    }

    @Override
    public void release(List<AdvisoryLockKey> keys, LockMode mode, Supplier<List<Runnable>> released) {
        // If the session has ended, its locks are lost already.
        queue.submit(new Release(keys, mode, released));
    }

    @Override
    public void releaseHere(List<AdvisoryLockKey> keys, LockMode mode, Supplier<List<Runnable>> released) {
        if (mode == LockMode.SHARED) {
            release(keys, mode, released);
            return;
        }
        Release release = new Release(keys, mode, released);
        if (queue.submitQuietly(release)) {
            help(release);
        }
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
                // A commit that waits for a standby could end the session. So another session asks for the token.
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
