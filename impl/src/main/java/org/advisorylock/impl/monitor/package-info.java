/** Who holds and who waits. */
@NullMarked
package org.advisorylock.impl.monitor;

import org.jspecify.annotations.NullMarked;
