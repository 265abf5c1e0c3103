package org.advisorylock.tck.quarkus;

import org.jboss.arquillian.container.test.spi.client.deployment.ApplicationArchiveProcessor;
import org.jboss.arquillian.core.spi.LoadableExtension;

/** Tells Arquillian what this runner adds. */
public final class QuarkusRunner implements LoadableExtension {

    @Override
    public void register(ExtensionBuilder builder) {
        builder.service(ApplicationArchiveProcessor.class, QuarkusArchiveCompleter.class)
                .observer(FreshInstances.class);
    }
}
