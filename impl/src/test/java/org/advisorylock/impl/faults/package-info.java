/**
 * Faults of production, caused on purpose on a real PostgreSQL: cut, silent and slow networks, ended backends,
 * timeouts, interrupts, killed and paused JVMs, standbys. {@code docs/internals/failure-modes.md} lists them.
 */
package org.advisorylock.impl.faults;
