/** Makes an application that a Jakarta EE server can deploy of each archive of the TCK. */
@NullMarked
package org.advisorylock.tck.server;

import org.jspecify.annotations.NullMarked;
