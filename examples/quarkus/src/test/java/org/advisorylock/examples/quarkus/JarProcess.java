package org.advisorylock.examples.quarkus;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The packaged application, as a process of its own on a free port of 127.0.0.1. */
final class JarProcess implements AutoCloseable {

    private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar");
    private static final Pattern ADDRESS = Pattern.compile("Listening on: (http://\\S+)");
    private static final Duration START = Duration.ofMinutes(2);
    private static final int STOP_SECONDS = 30;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Path log;
    private final Process process;
    private final URI url;

    private JarProcess(Path log, Process process) throws IOException, InterruptedException {
        this.log = log;
        this.process = process;
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        url = URI.create(awaitAddress());
    }

    /** Starts a node of this name, and returns when it answers. */
    static JarProcess start(String node) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("booking.java.home", System.getProperty("java.home")), "bin", "java")
                        .toString(),
                "-Xmx256m",
                "-Dbooking.node=" + node,
                "-Dquarkus.http.port=0"));
        SharedDatabase.settings().forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.addAll(List.of("-jar", JAR.toString()));
        Path log = Path.of("target", "node-" + node + ".log");
        return new JarProcess(
                log,
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start());
    }

    private String awaitAddress() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (true) {
            var found = ADDRESS.matcher(log());
            if (found.find()) {
                return found.group(1);
            }
            if (process.waitFor(100, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
                close();
                throw new IllegalStateException("the application did not start:\n" + log());
            }
        }
    }

    /** All that it has written. */
    String log() throws IOException {
        return Files.readString(log);
    }

    /** Its address. */
    URI url() {
        return url;
    }

    /** Books a seat, and returns the status of the answer. */
    int book(int show, int seat, String customer) throws IOException, InterruptedException {
        URI seatUrl = url.resolve("/api/shows/%d/seats/%d?customer=%s".formatted(show, seat, customer));
        return http.send(
                        HttpRequest.newBuilder(seatUrl)
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** As kill -9 does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Ends it as a terminal does, and returns its exit code. */
    int stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            kill();
        }
        return process.exitValue();
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }
}
