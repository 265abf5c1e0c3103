/** An application that a server deploys, uses and undeploys, again and again, and what is left of it. */
@NullMarked
package org.advisorylock.tck.server.leaks;

import org.jspecify.annotations.NullMarked;
