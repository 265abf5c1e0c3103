package org.advisorylock.examples.booking.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** WildFly as it is unpacked, without a change; each node has a folder of its own beside it. */
record WildFly(Path home) implements Server {
    /** What bin/common.sh opens. Without the script, kill reaches the server and not a shell. */
    private static final List<String> OPENED = List.of(
            "java.lang",
            "java.lang.invoke",
            "java.lang.reflect",
            "java.io",
            "java.net",
            "java.security",
            "java.util",
            "java.util.concurrent");

    @Override
    public String name() {
        return "WildFly " + home.getFileName().toString().replace("wildfly-", "");
    }

    @Override
    public List<String> arguments(Path folder, int offset) throws IOException {
        copy(home.resolve("standalone/configuration"), folder.resolve("configuration"));
        Path deployments = Files.createDirectory(folder.resolve("deployments"));
        Files.copy(NodeProcess.WAR, deployments.resolve("booking.war"));

        List<String> arguments = new ArrayList<>();
        OPENED.forEach(name -> arguments.add("--add-opens=java.base/" + name + "=ALL-UNNAMED"));
        arguments.addAll(List.of(
                "-Djboss.home.dir=" + home,
                "-Djboss.server.base.dir=" + folder,
                "-Djboss.socket.binding.port-offset=" + offset,
                "-Djboss.node.name=" + folder.getFileName(),
                "-Djboss.tx.node.id=" + folder.getFileName(),
                "-Dlogging.configuration="
                        + folder.resolve("configuration/logging.properties").toUri(),
                "-jar",
                home.resolve("jboss-modules.jar").toString(),
                "-mp",
                home.resolve("modules").toString(),
                "org.jboss.as.standalone",
                "-b=127.0.0.1",
                "-bmanagement=127.0.0.1"));
        return arguments;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            files.forEach(file -> {
                try {
                    Files.copy(file, to.resolve(from.relativize(file)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
