/** What is said to PostgreSQL, and what it answers. All SQL text stands in LockSql. */
@NullMarked
package org.advisorylock.impl.postgres;

import org.jspecify.annotations.NullMarked;
