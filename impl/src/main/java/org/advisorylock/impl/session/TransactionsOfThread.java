package org.advisorylock.impl.session;

import java.util.function.Supplier;
import org.advisorylock.impl.postgres.Claim;
import org.jspecify.annotations.Nullable;

/** What session locks have to know of the transactions of the current thread. */
@FunctionalInterface
public interface TransactionsOfThread {
    /** Where they hold a key of a database so that the request would wait for them, one key at least; null if nowhere. */
    @Nullable
    String placeOfConflict(String database, Claim request);

    /**
     * Has something done when the current transaction ends.
     *
     * @param loss asked before it commits; what it gives rolls it back
     * @param ended is run after it has ended, in whatever thread ends it
     * @return false if there is no transaction that may commit
     */
    default boolean whenEnding(Supplier<@Nullable RuntimeException> loss, Runnable ended) {
        return false;
    }
}
