package org.advisorylock.impl.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.advisorylock.testbed.TestDatabase;

/** A {@link Worker} in a process that can be killed and paused. Closing it kills it. */
final class SecondJvm implements AutoCloseable {

    private static final long BOUND_SECONDS = 120;

    private final Process process;
    private final Writer in;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> all = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Integer> failures = new ConcurrentHashMap<>();
    private final Thread reader;

    private SecondJvm(Process process) {
        this.process = process;
        in = process.outputWriter(StandardCharsets.UTF_8);
        reader = new Thread(this::read, "second-jvm");
        reader.setDaemon(true);
        reader.start();
    }

    /** On the test database. */
    static SecondJvm start(Object... arguments) throws IOException {
        return startAt(TestDatabase.get().jdbcUrl(), arguments);
    }

    /** On the test database, with another URL. */
    static SecondJvm startAt(String jdbcUrl, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path")));
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("advisorylock.session.")
                        || name.equals("advisorylock.election.grace")
                        || name.equals("advisorylock.heartbeat"))
                .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
        command.add(Worker.class.getName());
        for (Object argument : arguments) {
            command.add(String.valueOf(argument));
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LOCKS_TEST_DB", "external");
        builder.environment().put("LOCKS_TEST_JDBC_URL", jdbcUrl);
        builder.environment().put("LOCKS_TEST_JDBC_USER", TestDatabase.get().user());
        builder.environment().put("LOCKS_TEST_JDBC_PASSWORD", TestDatabase.get().password());
        return new SecondJvm(builder.start());
    }

    private void read() {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith("> FAILED")) {
                    failures.merge(line.substring(9).replaceAll("\\d+", "#"), 1, Integer::sum);
                } else {
                    all.add(line);
                    if (line.startsWith("> ")) {
                        lines.add(line.substring(2));
                    }
                }
            }
        } catch (IOException killed) {
            // It says no more.
        }
        lines.add("END");
    }

    /** The failures of its transactions, and how often each came. */
    Map<String, Integer> failures() {
        return failures;
    }

    /** Waits for its next line, which must begin like this. */
    String await(String beginning) {
        try {
            String line = lines.poll(BOUND_SECONDS, TimeUnit.SECONDS);
            if (line == null || !line.startsWith(beginning)) {
                throw new AssertionError("the second JVM said " + line + ", not " + beginning + "; all of it:\n"
                        + String.join("\n", all));
            }
            return line;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The rest of each of its lines with this beginning. */
    List<String> said(String beginning) {
        synchronized (all) {
            return all.stream()
                    .filter(line -> line.startsWith("> " + beginning))
                    .map(line -> line.substring(beginning.length() + 2))
                    .toList();
        }
    }

    /** Lets it go on. */
    void go() throws IOException {
        in.write("GO\n");
        in.flush();
    }

    /** Kills it as {@code kill -9} does, and waits until it is dead. */
    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Stops it at once, whatever it does, as a long garbage collection or a frozen machine does. */
    void pause() throws Exception {
        signal("-STOP");
        Await.until("the second JVM does not stop", this::isStopped);
    }

    /**
     * Looks at each thread where the system shows it: on a busy machine a thread may run on for a moment after the
     * signal.
     */
    private boolean isStopped() {
        Path threads = Path.of("/proc", Long.toString(process.pid()), "task");
        try (Stream<Path> all = Files.isDirectory(threads) ? Files.list(threads) : Stream.empty()) {
            for (Path thread : all.toList()) {
                // The state follows the name, which is in brackets.
                String stat = Files.readString(thread.resolve("stat"));
                if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
                    return false;
                }
            }
            return true;
        } catch (IOException ended) {
            return false;
        }
    }

    /** Lets it run again after a pause. */
    void unpause() throws Exception {
        signal("-CONT");
    }

    private void signal(String signal) throws Exception {
        Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                .inheritIO()
                .start();
        if (kill.waitFor() != 0) {
            throw new AssertionError("kill " + signal + " failed");
        }
    }

    @Override
    public void close() {
        kill();
        try {
            reader.join();
            in.close();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } catch (IOException dead) {
            // Nobody reads what it would still have written.
            if (process.isAlive()) {
                throw new UncheckedIOException(dead);
            }
        }
    }
}
