package org.advisorylock.examples.booking.run;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One server with the application, in a process of its own that ends with this one. */
final class NodeProcess implements AutoCloseable {
    static final Path WAR = Path.of("target/booking.war").toAbsolutePath();
    static final int HTTP_PORT = 8080;

    /** HTTP, and on WildFly HTTPS and management. */
    private static final int[] PORTS = {HTTP_PORT, 8443, 9990};

    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration ANSWER = Duration.ofSeconds(90);
    private static final int STOP_SECONDS = 30;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String name;
    private final URI url;
    private final Path log;
    private final Process process;

    private NodeProcess(String name, URI url, Path log, Process process) {
        this.name = name;
        this.url = url;
        this.log = log;
        this.process = process;
    }

    /** Starts a server and returns when the application answers. */
    static NodeProcess start(Server server, String name, BookingDatabase database)
            throws IOException, InterruptedException {
        Path folder = emptyFolder(Path.of("target/nodes").toAbsolutePath().resolve(name));
        int offset = freeOffset();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Djava.awt.headless=true",
                "-Dbooking.node=" + name,
                "-Dorg.postgresql.pgservicefile=" + database.serviceFile(folder, name)));
        command.addAll(server.arguments(folder, offset));
        Path log = folder.resolve("node.log");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        // It reads nothing. A server that had the terminal could stop for it.
        process.getOutputStream().close();
        URI url = URI.create("http://127.0.0.1:" + (HTTP_PORT + offset) + "/booking/");
        NodeProcess node = new NodeProcess(name, url, log, process);
        Runtime.getRuntime().addShutdownHook(new Thread(node::close));
        node.awaitApplication();
        return node;
    }

    private static Path emptyFolder(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> old = Files.walk(folder)) {
                for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        return Files.createDirectories(folder);
    }

    /** The number to add to the usual ports so that all of them are free. */
    private static int freeOffset() {
        return IntStream.range(0, 50)
                .map(i -> i * 100)
                .filter(offset -> IntStream.of(PORTS).allMatch(port -> isFree(port + offset)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no free port from " + HTTP_PORT + " on"));
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private void awaitApplication() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (!answers()) {
            if (process.waitFor(200, TimeUnit.MILLISECONDS) || System.nanoTime() > deadline) {
                close();
                throw new IllegalStateException("node " + name + " did not start; the end of " + log + ":\n" + tail());
            }
        }
    }

    private boolean answers() throws InterruptedException {
        try {
            return status(request("api/shows/1").GET()) == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Posts nothing to a path of the application, and returns the status of the answer. */
    int post(String path) throws IOException, InterruptedException {
        return status(request(path).POST(HttpRequest.BodyPublishers.noBody()));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(url.resolve(path)).timeout(ANSWER);
    }

    private int status(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private String tail() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
    }

    String name() {
        return name;
    }

    URI url() {
        return url;
    }

    long pid() {
        return process.pid();
    }

    /** As kill -9 does: the server cannot say farewell to anybody. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Stops the server if it still runs. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
