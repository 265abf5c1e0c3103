package org.advisorylock;

/**
 * A change of leadership in this JVM, as a CDI event: fired after the {@link LeadershipListener} was called, in the same thread.
 *
 * @param election the name of the election
 * @param term the term that begins or has ended
 * @param elected true if this JVM leads now, false if it does not any more
 */
public record LeadershipEvent(String election, long term, boolean elected) {}
