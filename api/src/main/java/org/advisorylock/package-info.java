/**
 * PostgreSQL advisory locks for Jakarta EE.
 *
 * <p>Put {@link org.advisorylock.AdvisoryLock @AdvisoryLock} on a method, and two calls with the same key never run at
 * the same time, on any number of servers that share one PostgreSQL database. {@link org.advisorylock.TransactionLocks}
 * does the same without the annotation, {@link org.advisorylock.LockMonitor} shows who holds and who waits.
 *
 * <p>No reference in this package may be null unless its type says so.
 */
@NullMarked
package org.advisorylock;

import org.jspecify.annotations.NullMarked;
