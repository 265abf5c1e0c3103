package org.advisorylock.impl.session;

import java.util.function.Supplier;
import org.advisorylock.impl.postgres.Claim;
import org.jspecify.annotations.Nullable;

/** What session locks must know of the current thread's transactions. */
@FunctionalInterface
public interface TransactionsOfThread {
    /** The place where one of them took a key for which the request would wait; null if there is none. */
    @Nullable
    String placeOfConflict(String database, Claim request);

    /**
     * Runs something at the end of the current transaction.
     *
     * @param loss asked before it commits; what it gives rolls it back
     * @param ended is run after it has ended, in whatever thread ends it
     * @return false if there is no transaction that may commit
     */
    default boolean whenEnding(Supplier<@Nullable RuntimeException> loss, Runnable ended) {
        return false;
    }
}
