package org.advisorylock.testbed;

import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** A PostgreSQL in a container. The only class that loads Testcontainers, which removes the container after the JVM. */
final class ContainerDatabase {

    static final String IMAGE = "postgres:17-alpine";

    private ContainerDatabase() {}

    static boolean engineAnswers() {
        return DockerClientFactory.instance().isDockerAvailable();
    }

    // Stopped by the shutdown hook: it lives as long as the JVM.
    @SuppressWarnings("resource")
    static JdbcAddress start(String image) {
        PostgreSQLContainer container =
                new PostgreSQLContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("postgres"));
        container.setCommand("postgres", "-c", "max_prepared_transactions=20", "-c", "max_connections=300");
        container.start();
        // Where Testcontainers' own reaper is switched off, nobody else would stop it.
        Runtime.getRuntime().addShutdownHook(new Thread(container::stop, "stop-test-database"));
        String url = "jdbc:postgresql://" + container.getHost() + ":" + container.getMappedPort(5432) + "/"
                + container.getDatabaseName();
        return new JdbcAddress(url, container.getUsername(), container.getPassword());
    }
}
