package org.advisorylock.examples.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** README.md and what it talks about. */
final class Readme {
    /** A code block of the README. */
    record Block(String language, String code) {}

    private static final Pattern BLOCK = Pattern.compile("```(\\w*)\\n(.*?)\\n```", Pattern.DOTALL);

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
                .map(block -> new Block(block.group(1), block.group(2)))
                .filter(block -> block.language().equals(language))
                .toList();
    }
}
