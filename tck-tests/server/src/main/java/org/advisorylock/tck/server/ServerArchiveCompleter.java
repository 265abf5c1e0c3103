package org.advisorylock.tck.server;

import java.io.File;
import org.advisorylock.testbed.TestDatabase;
import org.jboss.arquillian.container.test.spi.client.deployment.ApplicationArchiveProcessor;
import org.jboss.arquillian.test.spi.TestClass;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/**
 * Adds to each archive of the TCK what an application has: the packaged jar of the library and what it stands on, a
 * driver, and a DataSource of the database that runs beside the server.
 */
public final class ServerArchiveCompleter implements ApplicationArchiveProcessor {

    /** The jars for WEB-INF/lib, the library's among them, separated as in a class path. */
    static final String LIBRARIES = "tck.libraries";

    @Override
    public void process(Archive<?> archive, TestClass test) {
        complete((WebArchive) archive).addClass(ServerPlatform.class);
    }

    /** Adds the jars and the DataSources. */
    public static WebArchive complete(WebArchive war) {
        war.setWebXML(new StringAsset(WebXml.of(TestDatabase.get(), Boolean.getBoolean("tck.xa"))));
        for (String path : System.getProperty(LIBRARIES, "").split(File.pathSeparator, -1)) {
            File jar = new File(path);
            if (!jar.isFile()) {
                throw new IllegalStateException(LIBRARIES + " has '" + path + "', which is not the path of a jar");
            }
            war.addAsLibrary(jar);
        }
        return war;
    }
}
