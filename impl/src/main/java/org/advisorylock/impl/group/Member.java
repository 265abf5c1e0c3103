package org.advisorylock.impl.group;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.Patience;
import org.advisorylock.impl.postgres.SqlErrors;
import org.advisorylock.impl.postgres.Texts;
import org.advisorylock.impl.session.DatabaseLocks;
import org.advisorylock.impl.session.hold.Failures;
import org.advisorylock.impl.session.hold.Handle;
import org.advisorylock.impl.session.link.Workers;
import org.jspecify.annotations.Nullable;

/** One database of a group. */
final class Member {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    /** After that an answer is not expected any more. */
    static final Duration SILENCE = Duration.ofSeconds(1);

    /** Is told what came of a question, in a thread of the library. */
    @FunctionalInterface
    interface Answer {
        /** With a handle, or else with a reason. */
        void came(Member member, @Nullable Handle granted, @Nullable AdvisoryLockException why);
    }

    /** Who held the key before it forgot its locks may not have noticed yet. */
    private static final class TooYoung extends AdvisoryLockException {
        private static final long serialVersionUID = 1;

        TooYoung(Memory memory, Claim request) {
            super(memory.reason(), request.keys(), null);
        }
    }

    private final Group group;
    private final LockDatabase database;
    private final DatabaseLocks sessions;
    private final Workers workers;
    private final Memory memory;
    private final Presence presence;
    private final AtomicReference<@Nullable String> away = new AtomicReference<>();
    private final AtomicBoolean probing = new AtomicBoolean();
    private final Set<Long> asked = ConcurrentHashMap.newKeySet();

    Member(Group group, LockDatabase database, DatabaseLocks sessions, Workers workers, Patience patience) {
        this.group = group;
        this.database = database;
        this.sessions = sessions;
        this.workers = workers;
        this.memory = new Memory(patience.untilTold());
        this.presence = new Presence(group.register(), this, memory);
    }

    DatabaseLocks sessions() {
        return sessions;
    }

    /** Whether it is the database of that identity, as far as is known. */
    boolean is(String identity) {
        return identity.equals(database.identity());
    }

    /** Which database it is; empty before that is known. */
    String identity() {
        return memory.identity();
    }

    /** What this JVM shows there, and sees of others. */
    Presence presence() {
        return presence;
    }

    /** Shows there that this JVM uses it, which tells which database it is. May block. */
    boolean enter(Claim request) throws SQLException {
        long began = System.nanoTime();
        asked.add(began);
        try {
            group.requireOpen(request);
            if (sessions.identity(database, request, DatabaseLocks.PROOF) == null) {
                throw Failures.silent(request, DatabaseLocks.PROOF.toMillis(), null);
            }
            presence.show(request);
            return true;
        } finally {
            asked.remove(began);
        }
    }

    /** The same, and finds out whether what it grants counts, which is shown too before it is made use of. */
    boolean enterAndCount(Claim request) throws SQLException {
        enter(request);
        if (!memory.counts()
                && memory.counts(presence.isProved(), group.register().othersCount(this))) {
            enter(request);
        }
        return memory.counts();
    }

    /**
     * Has it try the keys once, in another thread. While it is away one question at a time is sent to it; the others have the answer at once.
     *
     * @param owner whose locks they are to be
     */
    void ask(Claim once, Thread owner, String place, Answer answer) {
        String gone = away();
        if (gone != null && !probing.compareAndSet(false, true)) {
            answer.came(this, null, new AdvisoryLockException(gone, once.keys(), null));
            return;
        }
        long began = System.nanoTime();
        asked.add(began);
        workers.execute(() -> {
            Handle granted = null;
            AdvisoryLockException why = null;
            try {
                granted = asked(once, owner, place);
                away.set(null);
            } catch (Throwable e) {
                // Whatever it is: a question without an answer would never be asked again.
                why = reason(e, once);
            } finally {
                asked.remove(began);
                if (gone != null) {
                    probing.set(false);
                }
            }
            answer.came(this, granted, why);
        });
    }

    private AdvisoryLockException reason(Throwable failure, Claim once) {
        if (failure instanceof LockTimeoutException busy) {
            return refused(busy);
        }
        AdvisoryLockException why = Failures.told(failure, once);
        if (why instanceof SelfDeadlockException
                || why instanceof TooYoung
                || Message.GROUP_DISAGREES.isIn(why.getMessage())) {
            away.set(null);
        } else {
            // The texts of keys are in no log.
            isAway(why(why).replace(once.toString(), "a lock"));
        }
        return why;
    }

    /** Where others of this JVM hold the key or ask for it, the server was not asked. */
    private AdvisoryLockException refused(LockTimeoutException e) {
        String silent = away();
        if (e.holders().isEmpty() && silent != null) {
            return new AdvisoryLockException(silent, e.keys(), null);
        }
        away.set(null);
        return e;
    }

    private Handle asked(Claim once, Thread owner, String place) throws SQLException {
        if (!enterAndCount(once)) {
            throw new TooYoung(memory, once);
        }
        Handle granted = sessions.acquire(once, owner, place, System.nanoTime());
        if (granted.incarnations().stream().anyMatch(memory::isNew)) {
            granted.close();
            throw new TooYoung(memory, once);
        }
        return granted;
    }

    /** Why it does not answer; null if it does, as far as is known. */
    @Nullable
    String away() {
        String known = away.get();
        if (known != null) {
            return known;
        }
        long oldest = asked.stream()
                .mapToLong(began -> System.nanoTime() - began)
                .max()
                .orElse(0);
        return oldest > SILENCE.toNanos() ? "no answer within " + Texts.of(Duration.ofNanos(oldest)) : null;
    }

    /** Notes why it does not answer. */
    void isAway(String why) {
        if (away.getAndSet(why) == null) {
            LOGGER.log(Level.WARNING, Message.GROUP_MEMBER_AWAY.text(group.name(), this, why));
        }
    }

    /** The reason in a few words. */
    static String why(@Nullable AdvisoryLockException failure) {
        if (failure instanceof LockTimeoutException held) {
            return held.holders().isEmpty() ? "held or asked for in this JVM" : Texts.of(held.holders());
        }
        if (failure == null || failure.getCause() instanceof TimeoutException) {
            return "no answer";
        }
        return failure.getCause() instanceof SQLException sql
                ? SqlErrors.state(sql) + ": " + SqlErrors.firstLine(sql)
                : String.valueOf(failure.getMessage());
    }

    @Override
    public String toString() {
        return database.toString();
    }
}
