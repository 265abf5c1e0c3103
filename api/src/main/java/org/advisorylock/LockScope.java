package org.advisorylock;

/** How long a lock is held. */
public enum LockScope {
    /**
     * Until the active JTA transaction commits or rolls back, on the connection that it has enlisted
     * ({@code pg_advisory_xact_lock}). PostgreSQL releases it. So it cannot end before others can read the work that it
     * guards, and it cannot outlive the transaction.
     */
    TRANSACTION,

    /**
     * Around the whole call, outside its transaction, on a connection that the library keeps for its session locks
     * ({@code pg_advisory_lock}): from before the transaction begins until after it has ended. If the call joins a
     * transaction, until that one has ended.
     *
     * <p>A session lock can be lost while it is held, together with its connection. Nothing tells PostgreSQL to undo
     * what its holder does after that. A call whose lock was lost throws {@link LockLostException} instead of
     * returning, and a transaction that is still open then is rolled back. For the rest see {@link SessionLocks}.
     */
    SESSION
}
