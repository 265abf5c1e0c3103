package org.advisorylock.impl.session.hold;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockEvent.WaitPlace;
import org.advisorylock.impl.event.Story;
import org.advisorylock.impl.postgres.Claim;
import org.jspecify.annotations.Nullable;

/** One request on its way through the registry. Only a step of the registry writes it. */
public final class QueuedRequest {

    /** Hears how the request goes on, while the registry is not locked. It must not block. */
    public interface TurnListener {
        /** The request has its turn for all of its keys. Now the server must be asked. */
        void onTurn();

        /** The same, but a moment ago no permit was free. The server must be asked in a while. */
        void onTurnLater();

        /** This JVM has released a permit for which the request waits. */
        void onFreed();
    }

    enum Progress {
        IN_LINE,
        ASKING,
        COMPLETE,
        TAKEN,
        OVER
    }

    private final Claim claim;
    final @Nullable Thread owner;
    final String where;
    final TurnListener asker;

    /** Holds that the owner already had. The request has a share in them. */
    final List<Hold> again = new ArrayList<>();

    /** Holds that the server must still grant or has granted. The request has its turn for them. */
    final List<Hold> own = new ArrayList<>();

    /** Keys for which the request still waits for its turn, in order. */
    final List<AdvisoryLockKey> ahead = new ArrayList<>();

    /** The only slot that the request should try. Null for all slots. */
    @Nullable
    AdvisoryLockKey offered;

    final @Nullable Story story;
    Progress state = Progress.IN_LINE;
    boolean abandoned;

    /** Why one of the holds was lost before the caller took it. */
    @Nullable
    String loss;

    final CompletableFuture<Boolean> over = new CompletableFuture<>();

    /**
     * A new request.
     *
     * @param owner whose its keys are to be; null if no thread is to take them again
     * @param where in the code, for messages
     */
    public QueuedRequest(Claim claim, @Nullable Thread owner, String where, TurnListener asker) {
        this(claim, owner, where, asker, null);
    }

    /**
     * The same, of which listeners hear.
     *
     * @param story null if nobody listens
     */
    public QueuedRequest(Claim claim, @Nullable Thread owner, String where, TurnListener asker, @Nullable Story story) {
        this.story = story;
        this.claim = claim;
        this.owner = owner;
        this.where = where;
        this.asker = asker;
    }

    public Claim claim() {
        return claim;
    }

    /** Whether anybody listens. */
    public boolean isHeard() {
        return story != null;
    }

    /** Notes where it waits now. */
    public void waits(WaitPlace place) {
        if (story != null) {
            story.waits(place);
        }
    }

    /** Whether the server has granted all that it was asked for. */
    boolean isGranted() {
        for (Hold hold : own) {
            if (hold.state() == Hold.State.ASKED) {
                return false;
            }
        }
        return true;
    }

    /** Notes why holds were lost, if any were. */
    void noteLosses() {
        noteLosses(own);
        noteLosses(again);
    }

    private void noteLosses(List<Hold> holds) {
        for (Hold hold : holds) {
            String why = hold.loss();
            loss = why == null ? loss : why;
        }
    }

    /** Completes when the request has ended without a lock and nothing of it is left, in this JVM and in the server. */
    public CompletableFuture<Boolean> over() {
        return over;
    }

    /** Runs something then. */
    public void whenOver(Runnable next) {
        Object unused = over.thenRun(next);
    }
}
