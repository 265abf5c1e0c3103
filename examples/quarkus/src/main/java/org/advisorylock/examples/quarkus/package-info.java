/** The box office of {@code examples/booking} as a Quarkus application. */
@NullMarked
package org.advisorylock.examples.quarkus;

import org.jspecify.annotations.NullMarked;
