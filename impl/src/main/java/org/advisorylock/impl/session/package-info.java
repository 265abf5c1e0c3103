/** Session locks, from the request of a caller to its handle. */
@NullMarked
package org.advisorylock.impl.session;

import org.jspecify.annotations.NullMarked;
