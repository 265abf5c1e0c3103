/** A bank whose tellers lose money without a lock, and do not with one. */
@NullMarked
package org.advisorylock.examples.quickstart;

import org.jspecify.annotations.NullMarked;
