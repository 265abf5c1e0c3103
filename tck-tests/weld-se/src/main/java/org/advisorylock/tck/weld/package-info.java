/** Runs the TCK on Weld with Narayana and Agroal, without a server. */
@NullMarked
package org.advisorylock.tck.weld;

import org.jspecify.annotations.NullMarked;
