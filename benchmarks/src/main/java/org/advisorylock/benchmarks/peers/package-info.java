/** The library side by side with what one would take instead, and the page that tells of it. */
@NullMarked
package org.advisorylock.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
