/** From a method's arguments to the keys of a lock. Knows neither a container nor a database. */
@NullMarked
package org.advisorylock.impl.key;

import org.jspecify.annotations.NullMarked;
