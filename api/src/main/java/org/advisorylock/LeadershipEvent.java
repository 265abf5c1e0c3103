package org.advisorylock;

/**
 * A change of leadership in this JVM, as a CDI event, fired in the thread of the {@link LeadershipListener}: of a term that begins before the listener is
 * called, which may work there as long as it leads; of one that has ended after it has returned.
 *
 * @param election the name of the election
 * @param term the term that begins or has ended
 * @param elected true if this JVM leads now, false if it does not any more
 */
public record LeadershipEvent(String election, long term, boolean elected) {}
