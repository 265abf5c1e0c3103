package org.advisorylock.impl.faults;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A PostgreSQL for one test, whatever the test database is. For what would disturb other tests: settings, privileges,
 * restarts, standbys. Its superuser is {@code postgres}, without a password.
 */
final class OwnServer implements AutoCloseable {

    private final Path data;
    private final Map<String, String> settings;
    private EmbeddedPostgres server;
    private int port;
    private String recovered = "";

    private OwnServer(Path data, Map<String, String> settings) throws IOException {
        this.data = data;
        this.settings = settings;
        server = launch();
    }

    static OwnServer start(Map<String, String> settings) throws IOException {
        return new OwnServer(newFolder(), settings);
    }

    private static Path newFolder() throws IOException {
        return Files.createTempDirectory(
                "faults-pg", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private EmbeddedPostgres launch() throws IOException {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                // The embedded test database of this user has its binaries there too.
                .setOverrideWorkingDirectory(
                        Path.of(System.getProperty("java.io.tmpdir"), "embedded-pg-" + System.getProperty("user.name"))
                                .toFile())
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPGStartupWait(Duration.ofMinutes(1))
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("unix_socket_directories", "");
        settings.forEach(builder::setServerConfig);
        if (port > 0) {
            builder.setPort(port);
        }
        EmbeddedPostgres launched = builder.start();
        port = launched.getPort();
        return launched;
    }

    int port() {
        return port;
    }

    /** Ends it as a power cut does, without another write. */
    void kill() throws IOException, InterruptedException {
        long postmaster = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0));
        ProcessHandle process = ProcessHandle.of(postmaster).orElseThrow();
        // What pg_ctl stop -m immediate sends.
        Process kill = new ProcessBuilder("kill", "-QUIT", Long.toString(postmaster))
                .inheritIO()
                .start();
        if (kill.waitFor() != 0) {
            throw new AssertionError("kill -QUIT failed");
        }
        Await.until("the server was not killed", () -> !process.isAlive());
        server.close();
    }

    /** Starts it again after that. */
    void revive() throws IOException {
        server = launch();
    }

    /** Stops it and starts it again, on the same port. */
    void restart() throws IOException {
        server.close();
        server = launch();
    }

    /** Kills it, and starts it again. */
    void crash() throws IOException, InterruptedException {
        kill();
        revive();
    }

    /**
     * Kills one of its backends, as the OOM killer does. The server then ends all other backends and starts anew in the
     * same process, without any lock.
     */
    void crashBackend() throws Exception {
        String before = recovered();
        try (Connection victim = connect()) {
            long backend = PlainSql.number(victim, "SELECT pg_backend_pid()");
            Process kill = new ProcessBuilder("kill", "-KILL", Long.toString(backend))
                    .inheritIO()
                    .start();
            if (kill.waitFor() != 0) {
                throw new AssertionError("kill -KILL failed");
            }
        }
        Await.until("the server does not start anew", () -> !recovered().equals(before));
    }

    /** The WAL position up to which it has recovered; the last known one if it does not answer. */
    private String recovered() {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT coalesce(pg_last_wal_replay_lsn()::text, 'nowhere')")) {
            rows.next();
            recovered = rows.getString(1);
        } catch (SQLException notYet) {
            return recovered;
        }
        return recovered;
    }

    /**
     * A new primary that was a standby and has replayed nothing, because its archive had nothing new. This server is
     * stopped for the copy.
     */
    OwnServer archiveStandby() throws IOException {
        server.close();
        Path copy = newFolder();
        copy(data, copy);
        Files.createFile(copy.resolve("standby.signal"));
        server = launch();
        return new OwnServer(copy, Map.of("restore_command", "false"));
    }

    /** A hot standby that streams from this server. This server is stopped for the copy. */
    OwnServer standby() throws IOException {
        return standby(port);
    }

    /** The same, through a port that leads to this server. */
    OwnServer standby(int way) throws IOException {
        server.close();
        Path copy = newFolder();
        copy(data, copy);
        Files.createFile(copy.resolve("standby.signal"));
        server = launch();
        return new OwnServer(copy, Map.of("primary_conninfo", "'host=127.0.0.1 port=" + way + " user=postgres'"));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    /** The URL names the user, so that it replaces the user of the test database. */
    String jdbcUrl(String database, String user) {
        return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/" + database + "?user=" + user;
    }

    String jdbcUrl() {
        return jdbcUrl("postgres", "postgres");
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl());
    }

    void run(String... statements) throws SQLException {
        try (Connection connection = connect()) {
            PlainSql.run(connection, statements);
        }
    }

    long number(String query) throws SQLException {
        try (Connection connection = connect()) {
            return PlainSql.number(connection, query);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        try (Stream<Path> files = Files.walk(data)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.deleteIfExists(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
