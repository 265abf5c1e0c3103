package org.advisorylock.benchmarks.own;

/**
 * What is locked by a path.
 *
 * @param customer whose order it is
 */
public record PathOrder(long id, Customer customer) {

    /** Who ordered. */
    public record Customer(String region) {}
}
