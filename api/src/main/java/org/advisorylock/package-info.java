/**
 * PostgreSQL advisory locks for Jakarta EE.
 *
 * <p>Put {@link org.advisorylock.AdvisoryLock @AdvisoryLock} on a method, and calls with the same key run one after the
 * other, on all servers that share a PostgreSQL database. {@link org.advisorylock.TransactionLocks} does the same
 * without the annotation. {@link org.advisorylock.SessionLocks} holds locks outside transactions,
 * {@link org.advisorylock.LeaderElection} elects a leader, and {@link org.advisorylock.LockMonitor} shows who holds and
 * who waits.
 *
 * <p>No reference in this package may be null unless its type says so.
 */
@NullMarked
package org.advisorylock;

import org.jspecify.annotations.NullMarked;
