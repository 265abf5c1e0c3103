/**
 * The TCK of Advisory Lock: what every implementation does on every runtime, as tests that Arquillian deploys.
 *
 * <p>A runner for a runtime brings the implementation's jars and two DataSource beans of one database that take part in
 * JTA transactions, one of them with the qualifier {@link org.advisorylock.tck.SecondDataSource}, and three of three
 * other databases, with the qualifier {@link org.advisorylock.tck.GroupMember}, into each archive, by an
 * {@code ApplicationArchiveProcessor}, and runs the tests of this package. The database needs
 * {@code max_prepared_transactions}. The sentences that they hold are numbered in {@code assertions.md}.
 */
@NullMarked
package org.advisorylock.tck;

import org.jspecify.annotations.NullMarked;
