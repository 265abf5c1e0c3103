/** Locks of the active JTA transaction. Knows no container. */
@NullMarked
package org.advisorylock.impl.transaction;

import org.jspecify.annotations.NullMarked;
