package org.advisorylock.examples.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** README.md and what it talks about. */
final class Readme {
    /** A code block of the README; the region is empty if no comment before the block names one. */
    record Block(String region, String language, String code) {}

    private static final Pattern BLOCK =
            Pattern.compile("(?:<!-- region: (\\S+) -->\\n)?```(\\w*)\\n(.*?)\\n```", Pattern.DOTALL);

    private static final Pattern REGION =
            Pattern.compile("// tag::(\\S+)\\[]\\n(.*?)\\n *// end::\\1\\[]", Pattern.DOTALL);

    private Readme() {}

    static Path root() {
        // Surefire and the IDEs start a test in the folder of its module.
        return Path.of("").toAbsolutePath().resolve("../..").normalize();
    }

    static String read(String file) throws IOException {
        return Files.readString(root().resolve(file));
    }

    static List<Block> blocks(String language) throws IOException {
        return BLOCK.matcher(read("README.md"))
                .results()
                .map(block -> new Block(block.group(1) == null ? "" : block.group(1), block.group(2), block.group(3)))
                .filter(block -> block.language().equals(language))
                .toList();
    }

    /** What stands between tags in this module's sources, without the indentation, by the name of the tag. */
    static Map<String, String> regions() throws IOException {
        try (Stream<Path> sources = Files.walk(Path.of("src"))) {
            return sources.filter(path -> path.toString().endsWith(".java"))
                    .flatMap(path -> REGION.matcher(readUnchecked(path)).results())
                    .collect(Collectors.toMap(
                            region -> region.group(1), region -> region.group(2).stripIndent()));
        }
    }

    private static String readUnchecked(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
