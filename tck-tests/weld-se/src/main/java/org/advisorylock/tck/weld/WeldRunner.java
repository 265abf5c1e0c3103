package org.advisorylock.tck.weld;

import org.jboss.arquillian.container.test.spi.client.deployment.ApplicationArchiveProcessor;
import org.jboss.arquillian.core.spi.LoadableExtension;

/** Tells Arquillian what this runner adds. */
public final class WeldRunner implements LoadableExtension {

    @Override
    public void register(ExtensionBuilder builder) {
        builder.service(ApplicationArchiveProcessor.class, WeldArchiveCompleter.class)
                .observer(NothingBorrowed.class);
    }
}
