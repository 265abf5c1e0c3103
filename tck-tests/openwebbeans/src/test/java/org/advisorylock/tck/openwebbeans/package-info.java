/** Tests on a CDI container that runs no build-compatible extension. */
@NullMarked
package org.advisorylock.tck.openwebbeans;

import org.jspecify.annotations.NullMarked;
