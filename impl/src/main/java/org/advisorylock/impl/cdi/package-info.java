/** The library as CDI beans. Only this package knows CDI. */
@NullMarked
package org.advisorylock.impl.cdi;

import org.jspecify.annotations.NullMarked;
