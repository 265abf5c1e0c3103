package org.advisorylock.tck;

import org.jboss.arquillian.core.api.annotation.Observes;
import org.jboss.arquillian.core.spi.LoadableExtension;
import org.jboss.arquillian.test.spi.event.suite.BeforeSuite;

/**
 * Removes the copy of the environment that Arquillian makes of it as system properties, for placeholders in its
 * configuration: the reports list system properties, and the environment may have the database's password.
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
