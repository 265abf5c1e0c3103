/** A WildFly whose JVM ends in the middle of a commit in two phases, and the one that comes after it. */
@NullMarked
package org.advisorylock.tck.recovery;

import org.jspecify.annotations.NullMarked;
