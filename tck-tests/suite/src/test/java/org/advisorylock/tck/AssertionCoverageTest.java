package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.support.AnnotationSupport;

/** Every sentence has a test, and every test a sentence. */
class AssertionCoverageTest {

    private static final Pattern SENTENCE = Pattern.compile("^- \\*\\*(.+?)\\*\\* ", Pattern.MULTILINE);

    @Test
    void everySentenceHasATestAndEveryTestASentence() {
        assertThat(new TreeSet<>(idsInTests())).isEqualTo(new TreeSet<>(idsInSentences()));
    }

    @Test
    void idsAreWellFormedAndUsedOnce() {
        assertThat(idsInSentences())
                .doesNotHaveDuplicates()
                .hasSizeGreaterThan(40)
                .allMatch(id -> id.matches("[A-Z]+-\\d\\d"));
    }

    @Test
    void everyTestNamesItsSentence() {
        assertThat(tests()).allMatch(test -> test.isAnnotationPresent(Assertion.class));
    }

    @Test
    void noTestIsDisabled() {
        assertThat(tests())
                .noneMatch(test -> AnnotationSupport.isAnnotated(test, Disabled.class)
                        || AnnotationSupport.isAnnotated(test.getDeclaringClass(), Disabled.class));
    }

    @Test
    void everyTestFailsWithoutAnImplementation() {
        assertThat(tests())
                .allMatch(test -> AnnotationSupport.isAnnotated(test, Locking.class)
                        || AnnotationSupport.isAnnotated(test.getDeclaringClass(), Locking.class));
    }

    private static List<String> idsInSentences() {
        try (InputStream file = Assertion.class.getResourceAsStream("assertions.md")) {
            String text = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
            return SENTENCE.matcher(text)
                    .results()
                    .map(sentence -> sentence.group(1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> idsInTests() {
        return tests().stream()
                .map(test -> test.getAnnotation(Assertion.class))
                .filter(Objects::nonNull)
                .flatMap(assertion -> Arrays.stream(assertion.value()))
                .toList();
    }

    private static List<Method> tests() {
        try {
            Path classes = Path.of(Assertion.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            try (Stream<Path> files = Files.walk(classes)) {
                return files.map(file -> classes.relativize(file).toString())
                        .filter(file -> file.endsWith(".class"))
                        .map(AssertionCoverageTest::load)
                        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                        .filter(method -> method.isAnnotationPresent(Test.class))
                        .toList();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Class<?> load(String file) {
        String name = file.substring(0, file.length() - ".class".length())
                .replace('/', '.')
                .replace('\\', '.');
        try {
            return Class.forName(name, false, AssertionCoverageTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
