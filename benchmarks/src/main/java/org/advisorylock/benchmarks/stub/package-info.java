/** A driver and a transaction manager that answer at once, so that what is left of a call is the library's own. */
@NullMarked
package org.advisorylock.benchmarks.stub;

import org.jspecify.annotations.NullMarked;
