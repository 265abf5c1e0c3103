package org.advisorylock.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Each test of this repository is run by a command. {@code mvn verify} leaves out what is slow, and {@code mvn -Pfull
 * verify} leaves out nothing. After all commands {@code .ci/its-ran} looks at the reports.
 */
class CommandsTest {

    private static final Pattern TEST =
            Pattern.compile("^\\s+@(Test|ParameterizedTest|RepeatedTest|TestFactory|Property)\\b", Pattern.MULTILINE);
    private static final Path TESTS = Path.of("src", "test", "java");

    @Test
    void theQuickRunLeavesOutFaultsAndWhatTakesLong() throws IOException {
        assertThat(leftOut(property(withoutFull(), "library.its")))
                .isNotEmpty()
                .allMatch(test -> test.contains("/faults/") || test.contains("/session/"));
        assertThat(property(withoutFull(), "full.only.skip")).isEqualTo("true");
        for (String name : List.of("full.only.tck", "full.only.units")) {
            for (String test : property(withoutFull(), name).split(",", -1)) {
                assertThat(files(test.strip().replace("**/", ""))).as(test).isNotEmpty();
            }
        }
    }

    @Test
    void theFullRunLeavesOutNoTest() throws IOException {
        assertThat(leftOut(property(full(), "library.its"))).isEmpty();
        assertThat(property(full(), "full.only.skip")).isEqualTo("${skipITs}");
        assertThat(property(full(), "full.only.tck")).isEqualTo("none");
        assertThat(property(full(), "full.only.units")).isEqualTo("none");
    }

    @Test
    void noOtherPomLeavesOutTests() throws IOException {
        for (Path pom : files("pom.xml")) {
            assertThat(Pattern.compile("<exclude>([^<]*)<")
                            .matcher(Files.readString(pom))
                            .results()
                            .map(exclude -> exclude.group(1))
                            .filter(exclude -> exclude.endsWith(".java")))
                    .as(pom.toString())
                    .isEmpty();
        }
    }

    @Test
    void theNameOfEachTestIsOneThatMavenLooksFor() throws IOException {
        List<Path> tests = new ArrayList<>();
        for (Path file : files(".java")) {
            if (file.toString().contains(TESTS.toString())
                    && TEST.matcher(Files.readString(file)).find()) {
                tests.add(file);
            }
        }
        assertThat(tests).hasSizeGreaterThan(100).allMatch(file -> file.toString()
                .matches(".*(Test|IT)\\.java"));
    }

    @Test
    void eachModuleWithIntegrationTestsRunsThem() throws IOException {
        for (Path test : files("IT.java")) {
            Path module = Readme.root()
                    .resolve(test.toString().substring(0, test.toString().indexOf(TESTS.toString())));
            assertThat(Files.readString(module.resolve("pom.xml")))
                    .as(module.toString())
                    .contains("<artifactId>maven-failsafe-plugin</artifactId>");
        }
    }

    /** The integration tests of the library that do not match one of these patterns. */
    private static List<String> leftOut(String patterns) throws IOException {
        Path library = Readme.root().resolve(Path.of("impl").resolve(TESTS));
        return files("IT.java").stream()
                .filter(file -> file.startsWith(library))
                .map(library::relativize)
                .filter(file -> Arrays.stream(patterns.split(",", -1)).noneMatch(pattern -> FileSystems.getDefault()
                        .getPathMatcher("glob:" + pattern.strip())
                        .matches(file)))
                .map(file -> file.toString().replace('\\', '/'))
                .toList();
    }

    private static String full() throws IOException {
        return Pattern.compile("<profile>\\s*(?:<!--[^>]*-->\\s*)?<id>full</id>.*?</profile>", Pattern.DOTALL)
                .matcher(Readme.read("pom.xml"))
                .results()
                .findFirst()
                .orElseThrow()
                .group();
    }

    private static String withoutFull() throws IOException {
        return Readme.read("pom.xml").replace(full(), "");
    }

    private static String property(String pom, String name) {
        return Pattern.compile("<" + Pattern.quote(name) + ">([^<]*)<")
                .matcher(pom)
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);
    }

    /** The files of this repository whose names end so, without those that a build has made. */
    private static List<Path> files(String ending) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(Readme.root(), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = folder.getFileName().toString();
                return name.equals("target") || name.equals(".git")
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.getFileName().toString().endsWith(ending)) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }
}
