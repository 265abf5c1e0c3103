package org.advisorylock.testbed;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A PostgreSQL from the binaries of a Maven artifact, a child of this JVM. Only this class loads them. It listens on
 * the loopback address. The shutdown hook of the library ends it with the JVM. PostgreSQL refuses root, so for root it
 * runs in a user namespace without rights.
 */
final class EmbeddedDatabase {

    private static final String FOLDER = "ot.epg.working-dir";

    private EmbeddedDatabase() {}

    // The shutdown hook closes it.
    @SuppressWarnings("resource")
    static JdbcAddress start() throws IOException {
        if (System.getProperty(FOLDER) == null) {
            // One for each user, because a user cannot write to the folder of another one.
            String folder = "embedded-pg-" + System.getProperty("user.name");
            System.setProperty(
                    FOLDER,
                    Path.of(System.getProperty("java.io.tmpdir"), folder).toString());
        }
        int port = EmbeddedPostgres.builder()
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("unix_socket_directories", "")
                .setServerConfig("max_connections", "300")
                .setServerConfig("max_prepared_transactions", "20")
                .start()
                .getPort();
        return new JdbcAddress("jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", "");
    }
}
