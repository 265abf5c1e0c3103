/**
 * The API of Advisory Lock for Jakarta EE: annotations, values, services and errors. Applications depend on
 * {@code org.advisorylock:advisory-lock}, which brings this module along.
 */
module org.advisorylock {
    requires transitive jakarta.cdi;
    requires transitive jakarta.interceptor;
    requires static jakarta.ejb;
    requires static org.jspecify;

    exports org.advisorylock;
    exports org.advisorylock.spi;
}
