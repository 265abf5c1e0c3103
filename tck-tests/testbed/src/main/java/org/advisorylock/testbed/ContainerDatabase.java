package org.advisorylock.testbed;

import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** A PostgreSQL in a container. Only this class loads Testcontainers, which removes the container after the JVM. */
final class ContainerDatabase {

    static final String IMAGE = "postgres:17-alpine";

    private ContainerDatabase() {}

    static boolean engineAnswers() {
        return DockerClientFactory.instance().isDockerAvailable();
    }

    // The shutdown hook stops it: it lives as long as the JVM.
    @SuppressWarnings("resource")
    static JdbcAddress start(String image) {
        PostgreSQLContainer container =
                new PostgreSQLContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("postgres"));
        container.setCommand("postgres", "-c", "max_prepared_transactions=20", "-c", "max_connections=300");
        container.start();
        // If Testcontainers' own reaper is switched off, nobody else would stop it.
        Runtime.getRuntime().addShutdownHook(new Thread(container::stop, "stop-test-database"));
        String url = "jdbc:postgresql://" + container.getHost() + ":" + container.getMappedPort(5432) + "/"
                + container.getDatabaseName();
        return new JdbcAddress(url, container.getUsername(), container.getPassword());
    }
}
