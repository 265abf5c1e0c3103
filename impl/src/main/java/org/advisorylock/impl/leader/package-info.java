/** Leader election on session locks. */
@NullMarked
package org.advisorylock.impl.leader;

import org.jspecify.annotations.NullMarked;
