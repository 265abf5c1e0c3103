/** Runs the TCK on Quarkus, each archive as an application of its own in this JVM. */
@NullMarked
package org.advisorylock.tck.quarkus;

import org.jspecify.annotations.NullMarked;
