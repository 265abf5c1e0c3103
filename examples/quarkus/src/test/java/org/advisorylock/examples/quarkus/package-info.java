/** Tests of the application, as Quarkus tests it and as it is packaged. */
@NullMarked
package org.advisorylock.examples.quarkus;

import org.jspecify.annotations.NullMarked;
