package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Each row of docs/internals/failure-modes.md stands there once and names its test. */
class FailureModesTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "internals", "failure-modes.md");
    private static final Path TESTS = Path.of("src", "test", "java");
    private static final Pattern ROW = Pattern.compile("^\\| (\\d+) \\|.*\\| ([^|]+) \\|$", Pattern.MULTILINE);
    private static final Pattern NAME = Pattern.compile("`(\\w+)#(\\w+)`");

    @Test
    void hasEachRowOnceAndInItsOrder() throws IOException {
        List<Integer> rows = new ArrayList<>();
        Matcher row = ROW.matcher(Files.readString(DOCUMENT));
        while (row.find()) {
            rows.add(Integer.valueOf(row.group(1)));
        }
        assertThat(rows).isEqualTo(IntStream.rangeClosed(1, 93).boxed().toList());
    }

    @Test
    void hasTestsInEachRowOrSaysWhyNot() throws IOException {
        Matcher row = ROW.matcher(Files.readString(DOCUMENT));
        while (row.find()) {
            assertThat(row.group(2)).as("row " + row.group(1)).matches("(`\\w+#\\w+` ?)+|not offered: .+");
        }
    }

    @Test
    void namesOnlyTestsThatExist() throws Exception {
        for (String name : named()) {
            String[] parts = name.split("#", -1);
            assertThat(methods(parts[0]).filter(method -> method.getName().equals(parts[1])))
                    .as(name)
                    .isNotEmpty()
                    .allMatch(FailureModesTest::isTest);
        }
    }

    @Test
    void namesAllTestsOfThisPackage() throws Exception {
        List<String> here = new ArrayList<>();
        for (Path file : files("IT.java")) {
            if (file.getParent().endsWith("faults")) {
                String type = file.getFileName().toString().replace(".java", "");
                methods(type)
                        .filter(FailureModesTest::isTest)
                        .forEach(method -> here.add(type + "#" + method.getName()));
            }
        }
        assertThat(here).isNotEmpty().isSubsetOf(named());
    }

    private static List<String> named() throws IOException {
        List<String> names = new ArrayList<>();
        Matcher name = NAME.matcher(Files.readString(DOCUMENT));
        while (name.find()) {
            names.add(name.group(1) + "#" + name.group(2));
        }
        return names;
    }

    private static boolean isTest(Method method) {
        return method.isAnnotationPresent(Test.class)
                || method.isAnnotationPresent(ParameterizedTest.class)
                || method.isAnnotationPresent(Property.class);
    }

    private static Stream<Method> methods(String type) throws Exception {
        List<Path> files = files(type + ".java");
        assertThat(files).as(type).hasSize(1);
        String name =
                TESTS.relativize(files.get(0)).toString().replace(".java", "").replaceAll("[/\\\\]", ".");
        return Arrays.stream(Class.forName(name, false, FailureModesTest.class.getClassLoader())
                .getDeclaredMethods());
    }

    private static List<Path> files(String ending) throws IOException {
        try (Stream<Path> files = Files.walk(TESTS)) {
            return files.filter(file -> file.getFileName().toString().endsWith(ending))
                    .filter(file -> ending.startsWith("IT")
                            || file.getFileName().toString().equals(ending))
                    .toList();
        }
    }
}
