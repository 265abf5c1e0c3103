/**
 * The TCK of Advisory Lock: tests that Arquillian deploys, for what each implementation must do on each runtime.
 *
 * <p>A runner for a runtime brings the implementation's jars and two DataSource beans of one database that take part in
 * JTA transactions, one of them with the qualifier {@link org.advisorylock.tck.SecondDataSource}, and three of three
 * other databases, with the qualifier {@link org.advisorylock.tck.GroupMember}, into each archive, by an
 * {@code ApplicationArchiveProcessor}, and runs the tests of this package. The database needs
 * {@code max_prepared_transactions}. {@code assertions.md} numbers the sentences that they check.
 */
@NullMarked
package org.advisorylock.tck;

import org.jspecify.annotations.NullMarked;
