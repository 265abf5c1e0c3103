package org.advisorylock;

/**
 * A change of leadership in this JVM, as a CDI event. It is fired in the thread of the {@link LeadershipListener}. The
 * event of a term that begins is fired before the listener is called, because the listener may work there as long as it
 * leads. The event of a term that has ended is fired after the listener has returned.
 *
 * @param election the name of the election
 * @param term the term that begins or has ended
 * @param elected true if this JVM leads now, false if it no longer leads
 */
public record LeadershipEvent(String election, long term, boolean elected) {}
