/** What session locks, permits and elections are for: one class each, to be copied. */
@NullMarked
package org.advisorylock.examples.recipes;

import org.jspecify.annotations.NullMarked;
