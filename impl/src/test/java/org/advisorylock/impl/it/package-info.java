/** The library on Weld SE, Narayana, Agroal and a real PostgreSQL. */
@NullMarked
package org.advisorylock.impl.it;

import org.jspecify.annotations.NullMarked;
