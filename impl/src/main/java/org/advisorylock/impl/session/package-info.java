/** Session locks: connections that hold them, and who owns which. */
@NullMarked
package org.advisorylock.impl.session;

import org.jspecify.annotations.NullMarked;
