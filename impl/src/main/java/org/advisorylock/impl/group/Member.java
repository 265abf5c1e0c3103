package org.advisorylock.impl.group;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.LogMessage;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.SqlErrors;
import org.advisorylock.impl.postgres.Wording;
import org.advisorylock.impl.session.DatabaseLocks;
import org.advisorylock.impl.session.hold.Failures;
import org.advisorylock.impl.session.hold.Handle;
import org.advisorylock.impl.session.link.Workers;
import org.jspecify.annotations.Nullable;

/** One database of a group. It knows what the database may have forgotten, and why it did not answer. */
final class Member {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    /** How long an answer may take before the member counts as silent. */
    static final Duration SILENCE = Duration.ofSeconds(1);

    /** Gets the answer to a question, in a thread of the library. */
    @FunctionalInterface
    interface HandleReceiver {
        /** Gets a handle, or the reason why there is none. */
        void receive(Member member, @Nullable Handle granted, @Nullable AdvisoryLockException why);
    }

    /** The member may have forgotten locks, and their holders may not know that yet. */
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
    private final LongSupplier nanoClock;
    private final AtomicReference<@Nullable String> away = new AtomicReference<>();
    private final AtomicBoolean probing = new AtomicBoolean();
    private final AtomicInteger stuck = new AtomicInteger();
    private final Set<Long> asked = ConcurrentHashMap.newKeySet();

    Member(
            String group,
            LockDatabase database,
            DatabaseLocks sessions,
            Workers workers,
            Memory memory,
            LongSupplier nanoClock) {
        this.group = group;
        this.database = database;
        this.sessions = sessions;
        this.workers = workers;
        this.memory = memory;
        this.nanoClock = nanoClock;
    }

    DatabaseLocks sessions() {
        return sessions;
    }

    /** What tells whether the member may have forgotten locks. */
    Memory memory() {
        return memory;
    }

    /** Whether it is known to be the database of that identity. */
    boolean is(String identity) {
        return identity.equals(database.identity());
    }

    /** The identity of the database. Empty before it is known. */
    String identity() {
        return memory.identity();
    }

    /** Proves that sessions of the member can hold locks, and then runs something. May block. */
    void enter(Claim request, Consumer<Claim> then) {
        long began = nanoClock.getAsLong();
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
     * Tries the keys once, in another thread. If the member is silent, one question at a time is sent to it, and the
     * others are refused at once.
     *
     * @param owner whose locks they are to be
     * @param place where in the code
     * @param before what is done there first; may block
     */
    void ask(Claim once, Thread owner, String place, BiConsumer<Member, Claim> before, HandleReceiver answer) {
        String gone = whySilent();
        if (gone != null && !probing.compareAndSet(false, true)) {
            answer.receive(this, null, new AdvisoryLockException(gone, once.keys(), null));
            return;
        }
        long began = nanoClock.getAsLong();
        asked.add(began);
        workers.execute(() -> {
            Handle granted = null;
            AdvisoryLockException why = null;
            try {
                granted = take(once, owner, place, before);
                away.set(null);
            } catch (Throwable e) {
                // Every failure needs an answer. Without one the member would never be asked again.
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
        Handle granted = sessions.acquire(once, owner, place, nanoClock.getAsLong(), null);
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
        AdvisoryLockException why = Failures.toException(failure, once);
        if (why instanceof SelfDeadlockException
                || why instanceof TooYoung
                || CallMessage.SESSION_CLOSED.isIn(why.getMessage())
                || CallMessage.GROUP_DISAGREES.isIn(why.getMessage())) {
            away.set(null);
        } else {
            // No log may have the texts of keys.
            markAway(inShort(why).replace(once.toString(), "a lock"));
        }
        return why;
    }

    /** If others of this JVM hold the key or ask for it, the server was not asked. */
    private AdvisoryLockException refusal(LockTimeoutException e) {
        String silent = whySilent();
        if (e.holders().isEmpty() && silent != null) {
            return new AdvisoryLockException(silent, e.keys(), null);
        }
        away.set(null);
        return e;
    }

    /** Why the member does not answer. Null if it answers, as far as is known. */
    @Nullable
    String whySilent() {
        String known = away.get();
        if (known != null) {
            return known;
        }
        long oldest = asked.stream()
                .mapToLong(began -> nanoClock.getAsLong() - began)
                .max()
                .orElse(0);
        return oldest > SILENCE.toNanos() ? "no answer within " + Wording.describe(Duration.ofNanos(oldest)) : null;
    }

    /** Notes that a request of this JVM left the line here, because the member did not answer. */
    void isStuckUntil(CompletableFuture<?> gone) {
        stuck.addAndGet(1);
        Object unused = gone.whenComplete((result, failure) -> stuck.decrementAndGet());
    }

    /** Whether the server may still have such a request in its line, with all later ones of this JVM behind it. */
    boolean isStuck() {
        return stuck.get() > 0;
    }

    /** Notes why the member does not answer. */
    void markAway(String why) {
        if (away.getAndSet(why) == null) {
            LOGGER.log(Level.WARNING, LogMessage.GROUP_MEMBER_AWAY.text(group, this, why));
        }
    }

    /** The reason in a few words. */
    static String inShort(@Nullable AdvisoryLockException failure) {
        if (failure instanceof LockTimeoutException held) {
            return held.holders().isEmpty() ? "held or asked for in this JVM" : Wording.describe(held.holders());
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
