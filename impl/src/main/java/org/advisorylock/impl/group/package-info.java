/** One lock over several databases. */
@NullMarked
package org.advisorylock.impl.group;

import org.jspecify.annotations.NullMarked;
