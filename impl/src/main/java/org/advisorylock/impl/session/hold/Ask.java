package org.advisorylock.impl.session.hold;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.impl.postgres.Claim;
import org.jspecify.annotations.Nullable;

/** One request on its way through the registry. Written inside a step of the registry alone. */
public final class Ask {

    /** Is told how the request gets on, without a lock; must not block. */
    public interface Asker {
        /** It has its turn for all of its keys: the server is to be asked. */
        void turn();

        /** The same, but there was nothing to be had a moment ago: it is to be asked in a while. */
        void turnLater();

        /** A permit that it waits for was let go in this JVM. */
        void freed();
    }

    enum State {
        IN_LINE,
        ASKING,
        COMPLETE,
        TAKEN,
        OVER
    }

    private final Claim claim;
    final @Nullable Thread owner;
    final String where;
    final Asker asker;

    /** Those that its owner had, in which it has a part already. */
    final List<Hold> again = new ArrayList<>();

    /** Those that are to be granted, as far as it has its turn for them. */
    final List<Hold> own = new ArrayList<>();

    /** Where it still must have its turn, in order. */
    final List<AdvisoryLockKey> ahead = new ArrayList<>();

    /** The slot that it alone is to try; null for all. */
    @Nullable
    AdvisoryLockKey offered;

    State state = State.IN_LINE;
    boolean abandoned;

    /** Why a part of it was lost before it was taken. */
    @Nullable
    String loss;

    final CompletableFuture<Boolean> over = new CompletableFuture<>();

    /**
     * A request that nobody has heard of yet.
     *
     * @param owner whose its keys are to be; null if no thread is to take them again
     * @param where in the code, for messages
     */
    public Ask(Claim claim, @Nullable Thread owner, String where, Asker asker) {
        this.claim = claim;
        this.owner = owner;
        this.where = where;
        this.asker = asker;
    }

    public Claim claim() {
        return claim;
    }

    /** When it was refused or given up and nothing of it is left, neither in this JVM nor in the server. */
    public CompletableFuture<Boolean> over() {
        return over;
    }

    /** Has something done then. */
    public void whenOver(Runnable next) {
        Object unused = over.thenRun(next);
    }
}
