package org.advisorylock.benchmarks.own;

/**
 * The argument of a template with a path.
 *
 * @param customer whose order it is
 */
public record PathOrder(long id, OrderOwner customer) {

    /** Who ordered. */
    public record OrderOwner(String region) {}
}
