package org.advisorylock.tck.weld;

import org.jboss.arquillian.container.test.spi.client.deployment.ApplicationArchiveProcessor;
import org.jboss.arquillian.test.spi.TestClass;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** Adds the beans of the platform and the library, or its stand-in, to each archive of the TCK. */
public final class WeldArchiveCompleter implements ApplicationArchiveProcessor {

    /** The jar under test; {@code none} for no implementation at all. */
    static final String LIBRARY = "tck.library";

    @Override
    public void process(Archive<?> archive, TestClass test) {
        Configuration.of(archive).set();
        WebArchive war = ((WebArchive) archive).addClass(WeldPlatform.class);
        String library = System.getProperty(LIBRARY, "");
        if (library.equals("none")) {
            war.addClass(NoImplementation.class);
        } else {
            war.addAsLibrary(LibraryJar.at(library));
        }
    }
}
