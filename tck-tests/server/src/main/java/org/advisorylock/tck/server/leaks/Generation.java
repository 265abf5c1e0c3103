package org.advisorylock.tck.server.leaks;

/**
 * Has one instance in each deployment, which lives as long as its class loader. So the instances in the heap of the
 * server tell how many deployments have left theirs there.
 */
final class Generation {

    private static final Generation INSTANCE = new Generation();

    private Generation() {}

    static Generation get() {
        return INSTANCE;
    }
}
