package org.advisorylock.tck;

import org.jboss.arquillian.core.api.annotation.Observes;
import org.jboss.arquillian.core.spi.LoadableExtension;
import org.jboss.arquillian.test.spi.event.suite.BeforeSuite;

/**
 * Removes the system properties into which Arquillian copies the environment for placeholders in its configuration. The
 * reports list system properties, and the environment may have the password of the database.
 */
public final class NoSecretInReports implements LoadableExtension {

    @Override
    public void register(ExtensionBuilder builder) {
        builder.observer(NoSecretInReports.class);
    }

    /** Before the first report. */
    void remove(@Observes BeforeSuite event) {
        System.getProperties().keySet().removeIf(name -> name.toString().startsWith("env."));
    }
}
