/**
 * What goes wrong in the world, done on purpose to the library on a real PostgreSQL: cut, silent and slow networks,
 * ended backends, timeouts, interrupts, killed and paused JVMs, standbys. {@code docs/internals/failure-modes.md} lists
 * them.
 */
package org.advisorylock.impl.faults;
