package org.advisorylock.tck.weld;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import javax.sql.DataSource;
import org.advisorylock.tck.Other;
import org.advisorylock.testbed.JtaStack;

/** What a server would give an application: a DataSource. Narayana brings the transactions itself. */
@ApplicationScoped
public class Platform {

    /** One for the JVM, as a server's pools are; its connections are opened when they are needed. */
    private static final JtaStack STACK = JtaStack.start();

    /** Before the first transaction, which would otherwise configure Narayana itself. */
    void start(@Observes @Initialized(ApplicationScoped.class) Object event) {
        borrowedConnections();
    }

    /** The DataSource whose connections a JTA transaction enlists, as XA branches where {@code tck.xa} says so. */
    @Produces
    @ApplicationScoped
    DataSource dataSource() {
        return Boolean.getBoolean("tck.xa") ? STACK.xaDataSource() : STACK.dataSource();
    }

    /** A second one of the same database, the one of local transactions and the other of XA branches. */
    @Produces
    @Other
    @Named(Other.NAME)
    @ApplicationScoped
    DataSource other() {
        return Boolean.getBoolean("tck.xa") ? STACK.dataSource() : STACK.xaDataSource();
    }

    static long borrowedConnections() {
        return STACK.borrowed();
    }
}
