package org.advisorylock.impl;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every message has an id of its own and a row in docs/errors.md, and every row has a message. */
class MessageTest {

    private static final Path ROOT = Path.of("..");

    /** Found once, because to look for them takes a second. */
    private static final List<Message> ALL = new ClassFileImporter()
            .importPackages("org.advisorylock.impl").stream()
                    .filter(type -> type.isEnum() && type.isAssignableTo(Message.class))
                    .flatMap(type -> Arrays.stream(type.reflect().getEnumConstants()))
                    .map(Message.class::cast)
                    .toList();

    @Test
    void everyIdHasExactlyOneRowInTheDocumentAndOnePlaceInTheCode() throws IOException {
        List<String> inCode = new ArrayList<>(found("ADVLOCK-(\\d{4})", ROOT.resolve("api/src/main/java")));
        inCode.addAll(ofAllKinds().map(Message::id).toList());
        List<String> inDocument = found("<a id=\"(\\d{4})\"></a>\\1 ", ROOT.resolve("docs/errors.md"));

        assertThat(inCode).doesNotHaveDuplicates().contains("0213", "0001", "0101", "0501");
        assertThat(inDocument).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(inCode);
    }

    /** The messages of all enums that have some. */
    static Stream<Message> ofAllKinds() {
        return ALL.stream();
    }

    private static List<String> found(String pattern, Path where) throws IOException {
        List<String> ids = new ArrayList<>();
        try (Stream<Path> files = Files.walk(where)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(file));
                while (matcher.find()) {
                    ids.add(matcher.group(1));
                }
            }
        }
        return ids;
    }
}
