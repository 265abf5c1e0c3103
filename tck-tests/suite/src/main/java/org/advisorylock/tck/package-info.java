/**
 * The TCK of Advisory Lock: tests that Arquillian deploys, for what each implementation must do on each runtime.
 *
 * <p>A runner for a runtime runs the tests of this package. Its {@code ApplicationArchiveProcessor} adds to each
 * archive:
 *
 * <ul>
 *   <li>the jars of the implementation;
 *   <li>two DataSource beans of one database that take part in JTA transactions, one of them with the qualifier
 *       {@link org.advisorylock.tck.SecondDataSource};
 *   <li>three DataSource beans of three other databases, with the qualifier {@link org.advisorylock.tck.GroupMember}.
 * </ul>
 *
 * <p>The first database needs {@code max_prepared_transactions}. {@code assertions.md} numbers the sentences that they
 * check.
 */
@NullMarked
package org.advisorylock.tck;

import org.jspecify.annotations.NullMarked;
