/** A box office whose servers sell seats twice without a lock, and never with one. */
@NullMarked
package org.advisorylock.examples.booking;

import org.jspecify.annotations.NullMarked;
