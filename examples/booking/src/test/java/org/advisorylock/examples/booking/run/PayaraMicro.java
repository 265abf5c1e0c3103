package org.advisorylock.examples.booking.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Payara Micro: one jar, and the application named on the command line. */
record PayaraMicro(Path jar) implements Server {
    @Override
    public String name() {
        return "Payara Micro "
                + jar.getFileName().toString().replace("payara-micro-", "").replace(".jar", "");
    }

    @Override
    public List<String> arguments(Path folder, int offset) throws IOException {
        // It listens on all addresses, and has no option for one.
        Path commands = folder.resolve("loopback.txt");
        Files.writeString(
                commands,
                "set configs.config.server-config.network-config.network-listeners.network-listener.http-listener.address=127.0.0.1\n");
        return List.of(
                "-jar",
                jar.toString(),
                "--rootDir",
                folder.resolve("root").toString(),
                "--prebootcommandfile",
                commands.toString(),
                "--nohazelcast",
                "--port",
                String.valueOf(NodeProcess.HTTP_PORT + offset),
                "--deploy",
                NodeProcess.WAR.toString(),
                "--contextroot",
                "booking");
    }
}
