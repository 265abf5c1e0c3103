/** Everything that is sent to PostgreSQL, and its answers. All SQL is in LockSql. */
@NullMarked
package org.advisorylock.impl.postgres;

import org.jspecify.annotations.NullMarked;
