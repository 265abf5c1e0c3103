package org.advisorylock.impl.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/reference/configuration.md has exactly the properties that the code reads, with their defaults. */
class ConfigurationTest {

    private static final Pattern ROW =
            Pattern.compile("^\\| `(advisorylock\\.[^`]+)` \\|[^|]*\\| `?([^|`]+?)`? \\|", Pattern.MULTILINE);

    /** {@code "advisorylock.name"} in the code, or {@code "advisorylock.name."}, to which a name is added. */
    private static final Pattern LITERAL = Pattern.compile("\"(advisorylock\\.[a-z.-]+?)\\.?\"");

    @Test
    void tellsEachPropertyThatTheCodeReadsAndNoOther() throws IOException {
        Set<String> documented = new TreeSet<>();
        documented().keySet().forEach(name -> documented.add(name.replaceAll("\\.NAME.*", "")));
        assertThat(documented).hasSizeGreaterThan(5).isEqualTo(inCode());
    }

    @Test
    void tellsTheDefaults() throws IOException {
        Settings unset = name -> Optional.empty();
        assertThat(documented())
                .containsEntry("advisorylock.hash", unset.hash().name())
                .containsEntry("advisorylock.isolation", unset.isolation().name())
                .containsEntry("advisorylock.gate", unset.gate() ? "TRUE" : "FALSE")
                .containsEntry("advisorylock.max-keys", Integer.toString(unset.maxKeys()))
                .containsEntry(
                        "advisorylock.session.heartbeat", unset.heartbeat().toString())
                .containsEntry("advisorylock.session.idle", unset.idle().toString())
                .containsEntry("advisorylock.election.grace", unset.grace().toString())
                .containsEntry(
                        "advisorylock.session.datasource",
                        unset.sessionDataSource().orElse("none"));
    }

    private static Map<String, String> documented() throws IOException {
        Map<String, String> rows = new TreeMap<>();
        ROW.matcher(Files.readString(Path.of("../docs/reference/configuration.md")))
                .results()
                .forEach(row -> rows.put(row.group(1), row.group(2)));
        return rows;
    }

    private static Set<String> inCode() throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java/org/advisorylock/impl"))) {
            for (Path source : sources.filter(Files::isRegularFile).toList()) {
                LITERAL.matcher(Files.readString(source)).results().forEach(name -> names.add(name.group(1)));
            }
        }
        return names;
    }
}
