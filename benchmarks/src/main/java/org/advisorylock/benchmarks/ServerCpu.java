package org.advisorylock.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.advisorylock.testbed.TestDatabase;

/**
 * The processor time of PostgreSQL's backends, as Linux counts it for a process of the same machine; zero where it
 * cannot be read, as for a server in a container. From {@code schedstat}, which counts nanoseconds; {@code stat}, which
 * counts in steps of 10 ms, would not do for slices of a few milliseconds.
 */
public final class ServerCpu {

    private static final String BACKENDS =
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";

    private final List<Path> counters;

    private ServerCpu(List<Path> counters) {
        this.counters = counters;
    }

    /** Of all backends that clients have now. */
    public static ServerCpu ofBackends() throws SQLException, IOException {
        List<Path> counters = new ArrayList<>();
        try (Connection connection = TestDatabase.get().connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(BACKENDS)) {
            while (rows.next()) {
                Path process = Path.of("/proc", rows.getString(1));
                // The number of a process in a container may be that of another process here.
                if (Files.isReadable(process.resolve("schedstat"))
                        && Files.readString(process.resolve("comm")).startsWith("postgres")) {
                    counters.add(process.resolve("schedstat"));
                }
            }
        }
        return new ServerCpu(counters);
    }

    /** Of these backends and all threads that the other processes have now. */
    public ServerCpu and(List<Long> processes) throws IOException {
        List<Path> all = new ArrayList<>(counters);
        for (long process : processes) {
            try (Stream<Path> threads = Files.list(Path.of("/proc", String.valueOf(process), "task"))) {
                threads.map(thread -> thread.resolve("schedstat")).forEach(all::add);
            }
        }
        return new ServerCpu(all);
    }

    /** Whether anything can be counted. */
    public boolean isReadable() {
        return !counters.isEmpty();
    }

    long nanos() {
        long sum = 0;
        for (Path counter : counters) {
            try {
                String text = Files.readString(counter);
                sum += Long.parseLong(text.substring(0, text.indexOf(' ')));
            } catch (NoSuchFileException ended) {
                // A thread that has ended takes what it used with it: less is counted than was used.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return sum;
    }
}
