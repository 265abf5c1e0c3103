package org.advisorylock.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.junit.jupiter.api.Test;

/**
 * What README.md states, and a machine can check. Its code and its links are checked with those of all documents, in
 * examples/recipes.
 */
class ReadmeTest {

    @Test
    void theCoordinatesAreThoseOfThePoms() throws IOException {
        String parent = Readme.read("pom.xml");
        String expected = String.join(
                "\n",
                "<dependency>",
                "  <groupId>" + first(parent, "groupId") + "</groupId>",
                "  <artifactId>" + artifactOf("impl/pom.xml") + "</artifactId>",
                "  <version>" + first(parent, "version") + "</version>",
                "</dependency>");
        assertThat(Readme.blocks("xml")).extracting(Readme.Block::code).contains(expected);
    }

    @Test
    void theTwoCommandsAreWhatTheBuildServerRuns() throws IOException {
        List<String> commands = Readme.blocks("sh").get(0).code().lines().toList();
        assertThat(commands).hasSize(2);
        assertThat(buildServer()).startsWith(commands.toArray(String[]::new));
    }

    @Test
    void theTableOfCommandsIsWhatTheBuildServerRuns() throws IOException {
        List<String> commands = Pattern.compile("^\\| `(mvn [^`]+)` \\|", Pattern.MULTILINE)
                .matcher(Readme.read("README.md"))
                .results()
                .map(row -> row.group(1))
                .toList();
        assertThat(commands).hasSize(3);
        assertThat(buildServer()).startsWith(commands.toArray(String[]::new));
    }

    @Test
    void theTableOfMembersIsTheAnnotation() throws IOException {
        List<String> expected = Arrays.stream(AdvisoryLock.class.getDeclaredMethods())
                .map(member -> member.getName() + " = " + text(member))
                .toList();
        List<String> rows = Pattern.compile("^\\| `(\\w+)` \\| ([^|]+) \\|", Pattern.MULTILINE)
                .matcher(section("Members of the annotation"))
                .results()
                .map(row -> row.group(1) + " = " + row.group(2).replace("`", "").strip())
                .toList();
        assertThat(rows).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void theJavaVersionIsTheCompilers() throws IOException {
        String release = first(Readme.read("pom.xml"), "maven.compiler.release");
        assertThat(section("Requirements")).contains("| Java | " + release + " or newer |");
    }

    @Test
    void theNumberOfTheKeyIsRight() throws IOException {
        assertThat(section("The same lock from other programs"))
                .contains("`" + AdvisoryLockKey.of("account:42", KeyHash.MD5).number() + "`");
    }

    private static List<String> buildServer() throws IOException {
        return Readme.read(".ci/run")
                .lines()
                .filter(line -> line.startsWith("run "))
                .map(line -> line.substring("run ".length()))
                .toList();
    }

    private static String section(String heading) throws IOException {
        for (String section : Readme.read("README.md").split("\n(?=##+ )", -1)) {
            if (section.startsWith("## " + heading) || section.startsWith("### " + heading)) {
                return section;
            }
        }
        throw new AssertionError("README.md has no section '" + heading + "'");
    }

    private static String text(Method member) {
        Object value = member.getDefaultValue();
        if (value instanceof Class || (value.getClass().isArray() && Array.getLength(value) == 0)) {
            return "none";
        }
        return value.equals("") ? "\"\"" : value.toString();
    }

    private static String first(String pom, String element) {
        return Pattern.compile("<" + element + ">([^<]+)<")
                .matcher(pom)
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);
    }

    private static String artifactOf(String pom) throws IOException {
        String own = Readme.read(pom).replaceAll("(?s)<parent>.*?</parent>", "");
        return first(own, "artifactId");
    }
}
