package org.advisorylock.impl;

/** Makes the threads of the library. */
public final class Daemons {

    private Daemons() {}

    /**
     * A thread that inherits nothing from the thread that happens to make it: neither its context class loader, which
     * may be another application's, nor its inheritable thread-locals.
     */
    public static Thread of(String name, Runnable work) {
        Thread thread = new Thread(null, work, name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(Daemons.class.getClassLoader());
        return thread;
    }
}
