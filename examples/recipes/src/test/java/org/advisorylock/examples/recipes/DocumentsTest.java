package org.advisorylock.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the documents state, and a machine can check. */
class DocumentsTest {
    @Test
    void everyJavaExampleIsARegionOfCompiledCode() {
        List<Documents.Example> examples = Documents.examples();
        Map<String, String> regions = Documents.regions();
        assertThat(examples).hasSizeGreaterThan(10).allSatisfy(example -> assertThat(regions)
                .containsEntry(example.region(), example.code()));
    }

    @Test
    void everyRegionIsShown() {
        assertThat(Documents.examples())
                .extracting(Documents.Example::region)
                .containsAll(Documents.regions().keySet());
    }

    @Test
    void everyLinkInsideTheRepositoryLeadsSomewhere() {
        assertThat(Documents.links()).isNotEmpty().allSatisfy(link -> {
            String[] parts = link.target().split("#", 2);
            Path folder = link.document().resolveSibling("");
            Path target = parts[0].isEmpty() ? link.document() : folder.resolve(parts[0]);
            assertThat(target).exists();
            if (parts.length == 2) {
                assertThat(anchors(target)).contains(parts[1]);
            }
        });
    }

    /** Those that a heading makes, as GitHub does, and those that are written out. */
    private static List<String> anchors(Path document) {
        return Pattern.compile("^#+ (.+)$|<a id=\"([^\"]+)\">", Pattern.MULTILINE)
                .matcher(Documents.read(document))
                .results()
                .map(anchor -> anchor.group(2) != null
                        ? anchor.group(2)
                        : anchor.group(1)
                                .toLowerCase(Locale.ROOT)
                                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                                .replace(' ', '-'))
                .toList();
    }
}
