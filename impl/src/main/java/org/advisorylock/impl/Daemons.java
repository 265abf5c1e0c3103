package org.advisorylock.impl;

/** Makes the library's own threads. */
public final class Daemons {

    private Daemons() {}

    /**
     * A thread that has nothing of the one that happens to need it first: neither its context class loader, which may be another application's, nor its
     * inheritable thread-locals.
     */
    public static Thread of(String name, Runnable work) {
        Thread thread = new Thread(null, work, name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(Daemons.class.getClassLoader());
        return thread;
    }
}
