/** The tests of MicroProfile Fault Tolerance around and under a lock, for runtimes that have it. */
@NullMarked
package org.advisorylock.tck.faulttolerance;

import org.jspecify.annotations.NullMarked;
