/** What the listeners of an application hear of its locks. */
@NullMarked
package org.advisorylock.impl.event;

import org.jspecify.annotations.NullMarked;
