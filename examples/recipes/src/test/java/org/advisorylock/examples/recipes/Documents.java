package org.advisorylock.examples.recipes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** README.md, what is in docs, and the code of the examples that they show. */
final class Documents {
    /** A Java block; the region is empty if no comment before the block names one. */
    record Example(Path document, String region, String code) {}

    /** From one document to another file of the repository. */
    record Link(Path document, String target) {}

    private static final Pattern JAVA =
            Pattern.compile("(?:<!-- region: (\\S+) -->\\n)?```java\\n(.*?)\\n?```", Pattern.DOTALL);

    private static final Pattern REGION =
            Pattern.compile("// tag::(\\S+)\\[]\\n(.*?)\\n *// end::\\1\\[]", Pattern.DOTALL);

    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)]*)\\)");

    private Documents() {}

    static Path root() {
        // Surefire and the IDEs start a test in the folder of its module.
        return Path.of("").toAbsolutePath().resolve("../..").normalize();
    }

    static List<Example> examples() {
        return documents().stream()
                .flatMap(document -> JAVA.matcher(read(document))
                        .results()
                        .map(block ->
                                new Example(document, block.group(1) == null ? "" : block.group(1), block.group(2))))
                .toList();
    }

    static List<Link> links() {
        return documents().stream()
                .flatMap(document ->
                        LINK.matcher(read(document)).results().map(link -> new Link(document, link.group(1))))
                .toList();
    }

    /** What stands between tags in the examples' sources, without the indentation, by the name of the tag. */
    static Map<String, String> regions() {
        return files(root().resolve("examples"), "/src/", ".java")
                .flatMap(source -> REGION.matcher(read(source)).results())
                .collect(Collectors.toMap(
                        region -> region.group(1), region -> region.group(2).stripIndent()));
    }

    private static List<Path> documents() {
        return Stream.concat(Stream.of(root().resolve("README.md")), files(root().resolve("docs"), "", ".md"))
                .toList();
    }

    private static Stream<Path> files(Path folder, String part, String end) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files
                    .filter(Files::isRegularFile)
                    .filter(file -> file.toString().replace('\\', '/').contains(part))
                    .filter(file -> file.toString().endsWith(end))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
