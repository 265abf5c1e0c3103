/**
 * The TCK of Advisory Lock: what every implementation does on every runtime, as tests that Arquillian deploys.
 *
 * <p>A runner for a runtime brings the implementation's jars and one DataSource bean that takes part in JTA transactions into each
 * archive, by an {@code ApplicationArchiveProcessor}, and runs the tests of this jar. The sentences that they hold are numbered in
 * {@code assertions.md}.
 */
@NullMarked
package org.advisorylock.tck;

import org.jspecify.annotations.NullMarked;
