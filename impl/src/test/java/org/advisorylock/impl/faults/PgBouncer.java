package org.advisorylock.impl.faults;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.advisorylock.testbed.TestDatabase;

/** A PgBouncer in front of the test database; {@code -Dadvisorylock.pgbouncer} says where the program is. */
final class PgBouncer implements AutoCloseable {

    private final Process process;
    private final Path folder;
    private final int port;

    private PgBouncer(Process process, Path folder, int port) {
        this.process = process;
        this.folder = folder;
        this.port = port;
    }

    /** @param mode {@code transaction} or {@code session} */
    static PgBouncer in(String mode) throws IOException {
        String program = System.getProperty("advisorylock.pgbouncer", "");
        if (program.isEmpty() || !Files.isExecutable(Path.of(program))) {
            throw new AssertionError("there is no PgBouncer at '" + program + "', see -Dadvisorylock.pgbouncer");
        }
        TestDatabase database = TestDatabase.get();
        int port = freePort();
        Path folder = Files.createTempDirectory(
                "faults-pgbouncer", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Path configuration = Files.writeString(
                folder.resolve("pgbouncer.ini"),
                """
                [databases]
                %s = host=%s port=%d user=%s%s
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = any
                pool_mode = %s
                max_client_conn = 200
                default_pool_size = 20
                """
                        .formatted(
                                database.database(),
                                database.host(),
                                database.port(),
                                database.user(),
                                database.password().isEmpty() ? "" : " password='" + database.password() + "'",
                                port,
                                mode));
        List<String> command = new ArrayList<>(List.of(program, configuration.toString()));
        if (System.getProperty("user.name").equals("root")) {
            // It refuses to run as root.
            command.addAll(1, List.of("-u", "nobody"));
        }
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        PgBouncer pooler = new PgBouncer(process, folder, port);
        try {
            Await.until("PgBouncer does not serve", pooler::serves);
            return pooler;
        } catch (AssertionError e) {
            pooler.close();
            throw e;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean serves() throws IOException {
        if (!process.isAlive()) {
            throw new IOException("PgBouncer has ended: " + Files.readString(folder.resolve("log")));
        }
        try (Connection connection = DriverManager.getConnection(jdbcUrl() + "&user=any")) {
            return PlainSql.number(connection, "SELECT 1") == 1;
        } catch (SQLException notYet) {
            return false;
        }
    }

    /** Without prepared statements, because some versions of PgBouncer mix them up. */
    String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + TestDatabase.get().database() + "?prepareThreshold=0";
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        process.onExit().join();
        Files.deleteIfExists(folder.resolve("pgbouncer.ini"));
        Files.deleteIfExists(folder.resolve("log"));
        Files.delete(folder);
    }
}
