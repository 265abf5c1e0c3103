package org.advisorylock.tck.server.leaks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The heap of a server, looked at from outside.
 *
 * @param pid the server's process
 */
record ServerHeap(long pid) {

    /** The instances of a class that are left after a full collection, whatever class loader it is from. */
    long count(Class<?> type) throws IOException, InterruptedException {
        String histogram = run("GC.class_histogram");
        if (!histogram.contains("java.lang.String")) {
            throw new IOException("no histogram: " + histogram);
        }
        // There is a row for each class loader.
        Pattern row = Pattern.compile(
                "^\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+" + Pattern.quote(type.getName()) + "(\\s|$)", Pattern.MULTILINE);
        return row.matcher(histogram)
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
    }

    /** Writes a heap dump, for finding what keeps the objects. */
    void dump(Path file) throws IOException, InterruptedException {
        Files.deleteIfExists(file);
        run("GC.heap_dump", file.toString());
    }

    private String run(String... command) throws IOException, InterruptedException {
        ProcessBuilder jcmd = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), String.valueOf(pid));
        jcmd.command().addAll(List.of(command));
        Process process = jcmd.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("jcmd: " + output);
        }
        return output;
    }
}
