/** The sessions of PostgreSQL that keep locks: each has one thread, a queue, and messages for all who asked meanwhile. */
@NullMarked
package org.advisorylock.impl.session.link;

import org.jspecify.annotations.NullMarked;
