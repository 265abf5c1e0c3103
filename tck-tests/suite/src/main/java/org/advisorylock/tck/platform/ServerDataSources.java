package org.advisorylock.tck.platform;

/** The DataSources in the directory of each application, all of one database. */
public final class ServerDataSources {

    /** The one that is the application's bean. */
    public static final String DEFAULT = "java:app/jdbc/tck";

    /** One whose connections are enlisted as local transactions. */
    public static final String LOCAL = "java:app/jdbc/tck-local";

    /** One whose connections are enlisted as XA branches. */
    public static final String XA = "java:app/jdbc/tck-xa";

    /** One that takes no part in transactions. */
    public static final String OUTSIDE = "java:app/jdbc/tck-outside";

    private ServerDataSources() {}
}
