/** Turns the arguments of a method into the keys of a lock. It knows neither a container nor a database. */
@NullMarked
package org.advisorylock.impl.key;

import org.jspecify.annotations.NullMarked;
