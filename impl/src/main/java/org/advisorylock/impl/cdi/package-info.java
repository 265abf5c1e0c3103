/** The library as CDI beans. The one package that knows CDI. */
@NullMarked
package org.advisorylock.impl.cdi;

import org.jspecify.annotations.NullMarked;
