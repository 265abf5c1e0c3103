/** Several databases as one lock. */
@NullMarked
package org.advisorylock.impl.group;

import org.jspecify.annotations.NullMarked;
