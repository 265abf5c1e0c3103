/** Uses of session locks, permits and elections: one class each, to copy. */
@NullMarked
package org.advisorylock.examples.recipes;

import org.jspecify.annotations.NullMarked;
