package org.advisorylock.impl.transaction;

/**
 * Who asks.
 *
 * @param place where in the code, for messages; what it prints is made only if one is written, and is best while the call is running
 * @param fresh whether the very call that asks began the transaction and ran no foreign code since, so that this holds nothing yet
 */
public record Caller(Object place, boolean fresh) {}
