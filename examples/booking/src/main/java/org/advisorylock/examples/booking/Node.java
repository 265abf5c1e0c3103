package org.advisorylock.examples.booking;

/** This server. Several may run the application. */
final class Node {
    /** The system property {@code booking.node}. */
    static final String NAME = System.getProperty("booking.node", "a");

    private Node() {}
}
