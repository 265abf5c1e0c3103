package org.advisorylock.impl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** docs/internals/path-of-a-call.md walks through methods that exist, in ten steps for each scope. */
class PathOfACallTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "internals", "path-of-a-call.md");
    private static final String SOURCES = "/src/main/java/";

    /** {@code [`Type.method`](path of the source)}. */
    private static final Pattern LINK = Pattern.compile("\\[`(\\w+)\\.(\\w+)`]\\(([^)]+)\\.java\\)");

    private static final Pattern STEP = Pattern.compile("^(\\d+)\\. (.*)$", Pattern.MULTILINE);

    @Test
    void eachScopeHasTenStepsWithACallEach() throws IOException {
        String[] parts = read().split("\n## ", -1);
        assertThat(parts[1]).startsWith("Transaction scope");
        assertThat(parts[2]).startsWith("Session scope");
        for (String part : List.of(parts[1], parts[2])) {
            List<Integer> numbers = STEP.matcher(part)
                    .results()
                    .map(step -> Integer.valueOf(step.group(1)))
                    .toList();
            assertThat(numbers).isEqualTo(IntStream.rangeClosed(1, 10).boxed().toList());
            assertThat(STEP.matcher(part).results())
                    .allMatch(step -> LINK.matcher(step.group(2)).find());
        }
    }

    @Test
    void eachStepNamesAMethodOfTheLinkedClass() throws Exception {
        List<MatchResult> links = LINK.matcher(read()).results().toList();
        assertThat(links).hasSizeGreaterThanOrEqualTo(20);
        for (MatchResult link : links) {
            String path = link.group(3);
            assertThat(DOCUMENT.resolveSibling(path + ".java")).exists();
            String name =
                    path.substring(path.indexOf(SOURCES) + SOURCES.length()).replace('/', '.');
            assertThat(name).endsWith("." + link.group(1));
            assertThat(Arrays.stream(Class.forName(name, false, PathOfACallTest.class.getClassLoader())
                            .getDeclaredMethods()))
                    .as(link.group(1) + "." + link.group(2))
                    .anyMatch(method -> method.getName().equals(link.group(2)));
        }
    }

    private static String read() throws IOException {
        return Files.readString(DOCUMENT);
    }
}
