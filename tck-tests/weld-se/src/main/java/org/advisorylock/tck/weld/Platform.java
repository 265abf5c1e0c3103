package org.advisorylock.tck.weld;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import javax.sql.DataSource;
import org.advisorylock.testbed.JtaStack;

/** What a server would give an application: a DataSource. Narayana brings the transactions itself. */
@ApplicationScoped
public class Platform {

    /** One for the JVM, as a server's pools are; its connections are opened when they are needed. */
    private static final JtaStack STACK = JtaStack.start();

    /** The DataSource whose connections a JTA transaction enlists, as XA branches where {@code tck.xa} says so. */
    @Produces
    @ApplicationScoped
    DataSource dataSource() {
        return Boolean.getBoolean("tck.xa") ? STACK.xaDataSource() : STACK.dataSource();
    }

    static long borrowedConnections() {
        return STACK.borrowed();
    }
}
