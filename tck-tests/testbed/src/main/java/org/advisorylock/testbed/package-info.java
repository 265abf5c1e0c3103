/**
 * The base of all tests of this project: a PostgreSQL, a transaction manager with pools, and helpers that wait without
 * sleeping.
 */
@NullMarked
package org.advisorylock.testbed;

import org.jspecify.annotations.NullMarked;
