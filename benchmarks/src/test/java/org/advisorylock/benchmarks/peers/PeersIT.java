package org.advisorylock.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.advisorylock.benchmarks.peers.Figures.Figure;
import org.advisorylock.testbed.NoLockLeft;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Each part runs, with tiny counts: nothing is said of times, but of what does not depend on them. */
@ExtendWith(NoLockLeft.class)
class PeersIT {

    @TempDir
    Path folder;

    @Test
    void allTakePartOrAreToldNotToHave() throws Exception {
        PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        Peers.run(Parts.ALL, Extent.TINY, folder, out);

        for (Part part : Parts.ALL) {
            Figures figures = Figures.read(folder.resolve(part.name() + ".tsv"));
            assertThat(part.contenders())
                    .as(part.name())
                    .allMatch(contender -> figures.notRun().containsKey(contender)
                            || part.measures().stream().anyMatch(measure -> figures.of(measure.name()).stream()
                                    .anyMatch(figure -> figure.contender() == contender)));
        }
        assertThat(trips(Contender.BY_HAND)).isEqualTo(4);
        assertThat(trips(Contender.ANNOTATION)).isEqualTo(4);
        assertThat(trips(Contender.FOR_UPDATE)).isEqualTo(3);
        // ShedLock compares times, and asks once more where the clock of the server has stepped back.
        assertThat(trips(Contender.SHEDLOCK)).isBetween(7.0, 7.5);
        assertThat(Figures.read(folder.resolve("losses.tsv")).of("rightly"))
                .filteredOn(figure -> figure.contender() != Contender.NO_LOCK)
                .extracting(Figure::median)
                .containsOnly(0.0);
    }

    private double trips(Contender contender) {
        return Figures.read(folder.resolve("free.tsv"))
                .of("trips", contender, 0)
                .orElseThrow()
                .median();
    }

    @Test
    void aBetterRowSaysWhyOrThereIsNoPage() throws Exception {
        Figures figures = new Figures();
        figures.add("time", Contender.ANNOTATION, 0, 1.1);
        figures.add("time", Contender.BY_HAND, 0, 1);
        figures.write(folder.resolve("free.tsv"));
        Map<Path, String> page = new Page(Reasons.read()).make(Parts.ALL, folder);
        assertThat(page.get(Path.of("benchmarks.md"))).contains("- **by hand**: the statement alone");

        Reasons none = new Reasons(Map.of());
        assertThatIllegalStateException()
                .isThrownBy(() -> new Page(none).make(Parts.ALL, folder))
                .withMessageContaining("free.BY_HAND");
    }

    /** What is published is what the figures say. */
    @Test
    void thePageIsMadeOfTheFigures() throws Exception {
        Map<Path, String> page = new Page(Reasons.read()).make(Parts.ALL, Path.of("figures"));
        assertThat(page)
                .allSatisfy((file, text) -> assertThat(Path.of("../docs").resolve(file))
                        .content(StandardCharsets.UTF_8)
                        .isEqualTo(text));
    }
}
