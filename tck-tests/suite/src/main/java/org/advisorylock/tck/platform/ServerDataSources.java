package org.advisorylock.tck.platform;

/** The DataSources in the directory of each application, all of one database but those of the group. */
public final class ServerDataSources {

    /** The one that is the application's bean. */
    public static final String DEFAULT = "java:app/jdbc/tck";

    /** One whose connections are enlisted as local transactions. */
    public static final String LOCAL = "java:app/jdbc/tck-local";

    /** One whose connections are enlisted as XA branches. */
    public static final String XA = "java:app/jdbc/tck-xa";

    /** One that takes no part in transactions. */
    public static final String OUTSIDE = "java:app/jdbc/tck-outside";

    /** The first member of the group. */
    public static final String MEMBER_A = "java:app/jdbc/tck-a";

    /** The second one. */
    public static final String MEMBER_B = "java:app/jdbc/tck-b";

    /** The third one. */
    public static final String MEMBER_C = "java:app/jdbc/tck-c";

    private ServerDataSources() {}
}
