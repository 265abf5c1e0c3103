package org.advisorylock.examples.booking;

/** This server, of several that run the application. */
final class Node {
    /** The system property {@code booking.node}. */
    static final String NAME = System.getProperty("booking.node", "a");

    private Node() {}
}
