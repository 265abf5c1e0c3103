/** Locks of the active JTA transaction. This package knows no container. */
@NullMarked
package org.advisorylock.impl.transaction;

import org.jspecify.annotations.NullMarked;
