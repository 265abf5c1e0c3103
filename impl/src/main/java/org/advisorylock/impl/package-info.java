/** The texts of errors and warnings. */
@NullMarked
package org.advisorylock.impl;

import org.jspecify.annotations.NullMarked;
