/** A WildFly whose JVM ends in the middle of a two-phase commit, and its restart. */
@NullMarked
package org.advisorylock.tck.recovery;

import org.jspecify.annotations.NullMarked;
