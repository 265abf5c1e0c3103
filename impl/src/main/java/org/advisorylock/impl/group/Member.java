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
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.SqlErrors;
import org.advisorylock.impl.postgres.Texts;
import org.advisorylock.impl.session.DatabaseLocks;
import org.advisorylock.impl.session.hold.Failures;
import org.advisorylock.impl.session.hold.Handle;
import org.advisorylock.impl.session.link.Workers;
import org.jspecify.annotations.Nullable;

/** One database of a group: what it may have forgotten, and why it did not answer last. */
final class Member {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    /** After that an answer is not expected any more. */
    static final Duration SILENCE = Duration.ofSeconds(1);

    /** Is told what came of a question, in a thread of the library. */
    @FunctionalInterface
    interface Answer {
        /** With a handle, or else with a reason. */
        void receive(Member member, @Nullable Handle granted, @Nullable AdvisoryLockException why);
    }

    /** Who held the key before it forgot its locks may not have noticed yet. */
    private static final class TooYoung extends AdvisoryLockException {
        private static final long serialVersionUID = 1;

        TooYoung(Memory memory, Claim request) {
            super(memory.reason(), request.keys(), null);
        }
    }

    private final String group;
    private final LockDatabase database;
    private final DatabaseLocks sessions;
    private final Workers workers;
    private final Memory memory;
    private final AtomicReference<@Nullable String> away = new AtomicReference<>();
    private final AtomicBoolean probing = new AtomicBoolean();
    private final Set<Long> asked = ConcurrentHashMap.newKeySet();

    Member(String group, LockDatabase database, DatabaseLocks sessions, Workers workers, Memory memory) {
        this.group = group;
        this.database = database;
        this.sessions = sessions;
        this.workers = workers;
        this.memory = memory;
    }

    DatabaseLocks sessions() {
        return sessions;
    }

    /** Whether it may have forgotten locks. */
    Memory memory() {
        return memory;
    }

    /** Whether it is the database of that identity, as far as is known. */
    boolean is(String identity) {
        return identity.equals(database.identity());
    }

    /** Which database it is; empty before that is known. */
    String identity() {
        return memory.identity();
    }

    /** Proves that its sessions can hold locks, and then does something there. May block. */
    void enter(Claim request, Consumer<Claim> then) {
        long began = System.nanoTime();
        asked.add(began);
        try {
            if (sessions.identity(database, request, DatabaseLocks.PROOF) == null) {
                throw Failures.silent(request, DatabaseLocks.PROOF.toMillis(), null);
            }
            then.accept(request);
        } finally {
            asked.remove(began);
        }
    }

    /**
     * Has it try the keys once, in another thread. While it is away one question at a time is sent to it; the others
     * have the answer at once.
     *
     * @param owner whose locks they are to be
     * @param place where in the code
     * @param before what is done there first; may block
     */
    void ask(Claim once, Thread owner, String place, BiConsumer<Member, Claim> before, Answer answer) {
        String gone = whySilent();
        if (gone != null && !probing.compareAndSet(false, true)) {
            answer.receive(this, null, new AdvisoryLockException(gone, once.keys(), null));
            return;
        }
        long began = System.nanoTime();
        asked.add(began);
        workers.execute(() -> {
            Handle granted = null;
            AdvisoryLockException why = null;
            try {
                granted = take(once, owner, place, before);
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
            answer.receive(this, granted, why);
        });
    }

    private Handle take(Claim once, Thread owner, String place, BiConsumer<Member, Claim> before) {
        before.accept(this, once);
        if (!memory.counts()) {
            throw new TooYoung(memory, once);
        }
        Handle granted = sessions.acquire(once, owner, place, System.nanoTime());
        if (granted.incarnations().stream().anyMatch(memory::isNew)) {
            granted.close();
            throw new TooYoung(memory, once);
        }
        return granted;
    }

    private AdvisoryLockException reason(Throwable failure, Claim once) {
        if (failure instanceof LockTimeoutException busy) {
            return refusal(busy);
        }
        AdvisoryLockException why = Failures.told(failure, once);
        if (why instanceof SelfDeadlockException
                || why instanceof TooYoung
                || Message.GROUP_DISAGREES.isIn(why.getMessage())) {
            away.set(null);
        } else {
            // The texts of keys are in no log.
            markAway(inShort(why).replace(once.toString(), "a lock"));
        }
        return why;
    }

    /** Where others of this JVM hold the key or ask for it, the server was not asked. */
    private AdvisoryLockException refusal(LockTimeoutException e) {
        String silent = whySilent();
        if (e.holders().isEmpty() && silent != null) {
            return new AdvisoryLockException(silent, e.keys(), null);
        }
        away.set(null);
        return e;
    }

    /** Why it does not answer; null if it does, as far as is known. */
    @Nullable
    String whySilent() {
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
    void markAway(String why) {
        if (away.getAndSet(why) == null) {
            LOGGER.log(Level.WARNING, Message.GROUP_MEMBER_AWAY.text(group, this, why));
        }
    }

    /** Its reason in a few words. */
    static String inShort(@Nullable AdvisoryLockException failure) {
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
