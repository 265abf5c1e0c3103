/** The library as CDI beans: the interceptors, the services, and what puts everything together. */
@NullMarked
package org.advisorylock.impl.cdi;

import org.jspecify.annotations.NullMarked;
