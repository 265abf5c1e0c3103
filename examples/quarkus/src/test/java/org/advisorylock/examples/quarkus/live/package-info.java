/** An application that is changed while it runs. */
@NullMarked
package org.advisorylock.examples.quarkus.live;

import org.jspecify.annotations.NullMarked;
