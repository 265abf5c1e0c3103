/** What the tests of this project stand on: a PostgreSQL, a transaction manager with pools, and helpers that wait without sleeping. */
@NullMarked
package org.advisorylock.testbed;

import org.jspecify.annotations.NullMarked;
