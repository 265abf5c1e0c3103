/** Turns each archive of the TCK into an application that a Jakarta EE server can deploy. */
@NullMarked
package org.advisorylock.tck.server;

import org.jspecify.annotations.NullMarked;
