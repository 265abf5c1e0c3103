/**
 * Code that implementations of this API share, and that applications do not need: which values may stand in a key, the
 * one text of each, the grammar of templates, and how a message prints a text. The annotation's templates and
 * {@link org.advisorylock.LockRequest} use the same code, so the same values always give the same key.
 *
 * <p>No reference in this package may be null unless its type says so.
 */
@NullMarked
package org.advisorylock.spi;

import org.jspecify.annotations.NullMarked;
