package org.advisorylock.impl.session.link;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.Incarnation;
import org.advisorylock.impl.postgres.Patience;
import org.advisorylock.impl.postgres.SessionConnection;
import org.advisorylock.impl.postgres.SqlErrors;
import org.advisorylock.impl.session.hold.Hold;
import org.advisorylock.impl.session.hold.Holds;
import org.advisorylock.impl.session.hold.Keeper;
import org.advisorylock.spi.Printable;
import org.jspecify.annotations.Nullable;

/**
 * One session of PostgreSQL, with one thread. What is asked while a message is under way goes together in the next one. As long as it keeps locks it is asked for a
 * sign of life; it ends when it keeps none and nothing is asked of it. Whatever its connection throws ends it, and loses what it
 * keeps, unless PostgreSQL says that only the statement failed.
 */
final class LockSession implements Keeper {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    /** The state of an error after which nobody can tell what the session has. */
    static final String UNSOUND = "08P01";

    /** Opens its connection, in its thread. */
    @FunctionalInterface
    interface Opening {
        SessionConnection open() throws SQLException;
    }

    private final Opening opening;
    private final Holds registry;
    private final LockSessions all;
    private final Patience patience;
    private final long lingerNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition asked = lock.newCondition();
    private final Deque<Errand> queue = new ArrayDeque<>();
    private final Map<AdvisoryLockKey, Integer> shared = new HashMap<>();
    private boolean working;
    private boolean closed;
    private int kept;
    private volatile @Nullable SessionConnection connection;
    private volatile @Nullable String loss;
    private volatile long alive = System.nanoTime();

    /** @param linger how long it stays open when nobody needs it */
    LockSession(Opening opening, Holds registry, LockSessions all, Patience patience, Duration linger) {
        this.opening = opening;
        this.registry = registry;
        this.all = all;
        this.patience = patience;
        this.lingerNanos = linger.toNanos();
    }

    /** Has it do something; false if it has ended. */
    boolean submit(Errand errand) {
        lock.lock();
        try {
            if (!closed) {
                queue.add(errand);
                asked.signal();
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** The same, if it has nothing to do and keeps nothing. */
    boolean submitIfIdle(Errand errand) {
        lock.lock();
        try {
            return !working && kept == 0 && queue.isEmpty() && submit(errand);
        } finally {
            lock.unlock();
        }
    }

    /** Takes back what has not begun. */
    void forget(Errand errand) {
        lock.lock();
        try {
            queue.remove(errand);
        } finally {
            lock.unlock();
        }
    }

    /** Its life, in its thread. */
    void live() {
        SessionConnection opened;
        try {
            opened = opening.open();
            connection = opened;
            alive = System.nanoTime();
        } catch (Throwable e) {
            end(e, List.of());
            return;
        }
        List<Errand> batch = next();
        while (batch != null) {
            batch = work(opened, batch) ? next() : null;
        }
    }

    /** What is to be done next, nothing for a sign of life; null if it has ended. */
    private @Nullable List<Errand> next() {
        lock.lock();
        try {
            working = false;
            awaitErrand();
            working = true;
            closed |= queue.isEmpty() && kept == 0 && loss == null;
            if (!closed || loss != null) {
                List<Errand> batch = List.copyOf(queue);
                queue.clear();
                return batch;
            }
        } finally {
            lock.unlock();
        }
        giveBack();
        return null;
    }

    private void awaitErrand() {
        long since = System.nanoTime();
        while (queue.isEmpty() && loss == null) {
            long now = System.nanoTime();
            long left = kept == 0
                    ? lingerNanos - (now - since)
                    : patience.heartbeat().toNanos() - (now - alive);
            if (left <= 0) {
                return;
            }
            try {
                asked.awaitNanos(left);
            } catch (InterruptedException ending) {
                // The application ends; it has ended its sessions before its threads.
                LOGGER.log(Level.DEBUG, "the thread of a session was interrupted");
            }
        }
    }

    /** Does what was asked, and answers when all is noted and, where it ends now, its connection is given back; tells whether it goes on. */
    private boolean work(SessionConnection on, List<Errand> batch) {
        Set<Errand> open = new LinkedHashSet<>(batch);
        List<Runnable> answers = new ArrayList<>();
        try {
            requireLife();
            exchange(on, open, answers);
            for (Errand errand : List.copyOf(open)) {
                one(errand, on, open, answers);
            }
            if (batch.isEmpty()) {
                long sent = before(on);
                on.beat();
                alive = sent;
            }
        } catch (Throwable e) {
            answers.forEach(LockSession::runSafely);
            end(e, open);
            return false;
        }
        boolean over = endIfIdle();
        if (over) {
            giveBack();
        }
        answers.forEach(LockSession::runSafely);
        return !over;
    }

    /** Whatever an answer throws, the others are given too, and the session lives on. */
    private static void runSafely(Runnable answer) {
        try {
            answer.run();
        } catch (Throwable e) {
            LOGGER.log(Level.WARNING, () -> Printable.message("an answer of a session was not taken: " + e));
        }
    }

    /** An error after which nobody can tell what the session has, and which therefore ends it. */
    static SQLException unsound(SQLException e) {
        return isEnd(e) ? e : new SQLException(SqlErrors.state(e) + ": " + SqlErrors.firstLine(e), UNSOUND, e);
    }

    private void requireLife() throws SQLException {
        String ended = loss;
        if (ended != null) {
            throw new SQLException(ended, UNSOUND);
        }
        if (kept > 0 && !isAlive()) {
            throw new SQLException("silent for longer than the server waits, " + patience.silence(), UNSOUND);
        }
    }

    private void exchange(SessionConnection on, Set<Errand> open, List<Runnable> answers) throws SQLException {
        Exchange exchange = new Exchange();
        List<Errand> together = open.stream().filter(exchange::add).toList();
        if (!exchange.isEmpty()) {
            long sent = before(on);
            exchange.run(on);
            alive = sent;
            for (Errand errand : together) {
                noted(errand, open);
                SQLException failure = errand instanceof TryAll one ? one.failure : null;
                answers.add(failure == null ? errand::answer : () -> errand.fail(failure));
            }
        }
    }

    private void one(Errand errand, SessionConnection on, Set<Errand> open, List<Runnable> answers)
            throws SQLException {
        if (!errand.begin()) {
            open.remove(errand);
            return;
        }
        long sent = before(on);
        try {
            errand.run(this, on);
            // The server counts from its last answer, which it may have given long before it was read.
            alive = sent + on.takeWaited();
            noted(errand, open);
            answers.add(errand::answer);
        } catch (SQLException e) {
            if (isEnd(e)) {
                throw e;
            }
            noted(errand, open);
            answers.add(() -> errand.fail(e));
        }
    }

    private void noted(Errand errand, Set<Errand> open) {
        lock.lock();
        try {
            kept += errand.more();
        } finally {
            lock.unlock();
        }
        open.remove(errand);
        errand.note(this);
    }

    private long before(SessionConnection on) throws SQLException {
        on.answerAfter(Duration.ofNanos(System.nanoTime() - alive));
        return System.nanoTime();
    }

    /** Whether an error has ended the session, and not only a statement. */
    static boolean isEnd(SQLException e) {
        return SqlErrors.isConnectionLost(SqlErrors.state(e));
    }

    private boolean endIfIdle() {
        lock.lock();
        try {
            closed |= lingerNanos == 0 && queue.isEmpty() && kept == 0;
            return closed && loss == null;
        } finally {
            lock.unlock();
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
            all.ended(this);
        }
    }

    /** Callers are answered first, then holders are told, and the network comes last. */
    private void end(Throwable why, Collection<Errand> open) {
        List<Errand> unanswered = new ArrayList<>(open);
        SessionConnection on = connection;
        String reason = why instanceof SQLException sql && !SqlErrors.state(sql).equals(UNSOUND)
                ? SqlErrors.state(sql) + ": " + SqlErrors.firstLine(sql)
                : why instanceof SQLException ? String.valueOf(why.getMessage()) : String.valueOf(why);
        lock.lock();
        try {
            closed = true;
            loss = loss == null ? reason : loss;
            unanswered.addAll(queue);
            queue.clear();
        } finally {
            lock.unlock();
        }
        Throwable told = on == null ? why : new LostSession(reason, why);
        unanswered.forEach(errand -> runSafely(() -> errand.fail(told)));
        runSafely(() -> registry.lost(this));
        try {
            if (on != null) {
                on.destroy();
            }
        } finally {
            all.ended(this);
        }
    }

    /** Ends it from another thread, whatever it keeps or waits for. */
    void end(String reason) {
        SessionConnection on;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            loss = reason;
            on = connection;
            asked.signal();
        } finally {
            lock.unlock();
        }
        registry.lost(this);
        if (on != null) {
            on.cancel();
        }
    }

    /** Notes how often it has a shared lock, in its thread. */
    void share(AdvisoryLockKey key, int more) {
        shared.merge(key, more, (had, by) -> had + by == 0 ? null : had + by);
    }

    /** Whether it has a shared lock of the key, in its thread. */
    boolean shares(AdvisoryLockKey key) {
        return shared.containsKey(key);
    }

    @Override
    public void release(List<Hold> holds) {
        Map<LockMode, List<Hold>> byMode = new EnumMap<>(LockMode.class);
        holds.forEach(hold ->
                byMode.computeIfAbsent(hold.mode(), any -> new ArrayList<>()).add(hold));
        // Where it has ended they are lost already.
        byMode.values().forEach(some -> submit(new Release(registry, some)));
    }

    @Override
    public <T> CompletableFuture<T> ask(Operation<T> operation) {
        Question<T> question = new Question<>(operation);
        if (!submit(question)) {
            question.fail(new LostSession(String.valueOf(loss), new IllegalStateException("ended")));
        }
        return question.future();
    }

    @Override
    public CompletableFuture<Long> token(Claim request) {
        SessionConnection on = connection;
        return on != null && on.waitsForStandbys()
                // What endangers the session of the token endangers no lock.
                ? all.tokenElsewhere(request).thenCombine(ask(SessionConnection::clock), (token, alive) -> token)
                : ask(SessionConnection::token);
    }

    @Override
    public int backend() {
        SessionConnection on = connection;
        return on == null ? 0 : on.backend();
    }

    @Override
    public @Nullable String loss() {
        return loss;
    }

    @Override
    public boolean isAlive() {
        return loss == null && System.nanoTime() - alive <= patience.silence().toNanos();
    }

    @Override
    public Incarnation incarnation() {
        return Objects.requireNonNull(connection).incarnation();
    }
}
