package org.advisorylock.tck.weld;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.advisorylock.tck.Deployments;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.api.Node;

/** The properties of an archive, which here, without MicroProfile Config, are those of the system. */
final class Configuration {

    /** Those of the archive that was deployed before. */
    private static final Set<String> SET = new TreeSet<>();

    private final Properties properties;

    private Configuration(Properties properties) {
        this.properties = properties;
    }

    static Configuration of(Archive<?> archive) {
        Properties properties = new Properties();
        Node file = archive.get("WEB-INF/classes/" + Deployments.CONFIGURATION);
        if (file != null) {
            try (InputStream content = file.getAsset().openStream()) {
                properties.load(content);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new Configuration(properties);
    }

    /** Sets them, in place of the last archive's. */
    void set() {
        SET.forEach(System::clearProperty);
        SET.clear();
        properties.stringPropertyNames().forEach(name -> {
            System.setProperty(name, properties.getProperty(name));
            SET.add(name);
        });
    }
}
