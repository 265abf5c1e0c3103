package org.advisorylock.impl;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whoever looks for a name finds one type. */
class NamesTest {

    private static final int TYPES_OF_THE_LIBRARY = 150;

    @Test
    void noTwoTypesOfTheLibraryShareASimpleName() {
        List<JavaClass> types = new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_PACKAGE_INFOS)
                        .withImportOption(location -> !location.contains("/testbed/"))
                        .importPackages("org.advisorylock")
                        .stream()
                        .filter(type -> !type.isAnonymousClass())
                        .toList();
        Map<String, List<JavaClass>> byName = types.stream().collect(groupingBy(JavaClass::getSimpleName));

        assertThat(types).hasSizeGreaterThan(TYPES_OF_THE_LIBRARY);
        assertThat(byName.values()).allSatisfy(sameName -> assertThat(sameName).hasSize(1));
    }
}
