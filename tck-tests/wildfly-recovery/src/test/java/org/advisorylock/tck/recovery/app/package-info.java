/** The deployed application. Its server ends in the middle of a commit. */
@NullMarked
package org.advisorylock.tck.recovery.app;

import org.jspecify.annotations.NullMarked;
