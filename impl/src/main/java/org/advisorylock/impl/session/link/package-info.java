/**
 * The sessions of PostgreSQL that keep locks. Each has a thread and a queue, and sends one message for many callers.
 */
@NullMarked
package org.advisorylock.impl.session.link;

import org.jspecify.annotations.NullMarked;
