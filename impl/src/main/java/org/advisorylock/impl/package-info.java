/**
 * The library. A {@link org.advisorylock.impl.Message} is the text of an error or a warning.
 *
 * <table>
 * <caption>Packages, from the caller down to PostgreSQL</caption>
 * <tr><th>package</th><th>what is in it</th><th>begin to read at</th></tr>
 * <tr><td>{@code cdi}</td><td>interceptors, services as beans, what puts everything together</td>
 *     <td>{@code AdvisoryLockInterceptor}</td></tr>
 * <tr><td>{@code plan}</td><td>what an annotation means, checks at deployment, configuration</td>
 *     <td>{@code LockPlan}</td></tr>
 * <tr><td>{@code leader}</td><td>elections</td><td>{@code SessionElections}</td></tr>
 * <tr><td>{@code group}</td><td>one lock over several databases</td><td>{@code Group}</td></tr>
 * <tr><td>{@code transaction}</td><td>locks that end with their JTA transaction</td>
 *     <td>{@code TransactionLocker}</td></tr>
 * <tr><td>{@code session}</td><td>locks that end with their release; {@code hold} has the books of one key,
 *     {@code link} the connections and the messages on them</td><td>{@code SessionLocker}</td></tr>
 * <tr><td>{@code monitor}</td><td>who holds and who waits</td><td>{@code PostgresLockMonitor}</td></tr>
 * <tr><td>{@code event}</td><td>what listeners hear of a lock, from the request to its end</td>
 *     <td>{@code Story}</td></tr>
 * <tr><td>{@code postgres}</td><td>all SQL, the proofs of a DataSource, PostgreSQL's errors</td>
 *     <td>{@code PostgresLocks}</td></tr>
 * <tr><td>{@code key}</td><td>from templates and arguments to keys</td><td>{@code KeyTemplate}</td></tr>
 * </table>
 *
 * <p>A package uses those below it only; {@code LayeringTest} checks that. Only {@code cdi} and {@code plan} know CDI.
 * {@code docs/internals/path-of-a-call.md} follows one call through the packages.
 */
@NullMarked
package org.advisorylock.impl;

import org.jspecify.annotations.NullMarked;
