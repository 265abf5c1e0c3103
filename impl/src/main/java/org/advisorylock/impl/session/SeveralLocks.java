package org.advisorylock.impl.session;

import java.util.function.Consumer;
import java.util.function.Function;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.impl.event.Story;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.SessionTimeouts;
import org.advisorylock.impl.session.hold.LosableHandle;
import org.advisorylock.impl.session.link.Workers;
import org.jspecify.annotations.Nullable;

/** Several databases as one lock. {@link SessionLocker} knows single databases only, and uses this for groups. */
public interface SeveralLocks {

    /**
     * Takes all keys or none, for the current thread.
     *
     * @param story what listeners hear; null if nobody listens
     * @throws LockTimeoutException if they were not granted in time
     */
    LosableHandle acquire(Claim request, String place, @Nullable Story story);

    /**
     * The place where the current thread took a lock for which its transaction would wait in one of the databases; null
     * if there is none.
     */
    @Nullable
    String placeOfConflict(String database, Claim request);

    /** Makes them. */
    @FunctionalInterface
    interface Factory {
        /**
         * Makes those of one source.
         *
         * @param requireOpen throws once the application has ended
         */
        SeveralLocks make(
                Source.Several source,
                Function<Source.One, DatabaseLocks> databases,
                Workers workers,
                SessionTimeouts timeouts,
                TransactionsOfThread transactions,
                Consumer<Claim> requireOpen);
    }
}
