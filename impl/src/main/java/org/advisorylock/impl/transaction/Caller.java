package org.advisorylock.impl.transaction;

/**
 * The caller of a lock.
 *
 * @param place the place in the code, for messages. Its text is made only for a message, and is best while the call is
 *     running
 * @param fresh whether this very call began the transaction and has run no foreign code since then, so that the
 *     transaction holds nothing yet
 */
public record Caller(Object place, boolean fresh) {}
