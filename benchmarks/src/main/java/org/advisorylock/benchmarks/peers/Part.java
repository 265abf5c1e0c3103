package org.advisorylock.benchmarks.peers;

import java.util.List;

/** One of the questions that are asked of all. */
interface Part {

    /** What makes a contender better in a measure. */
    enum Better {
        LESS,
        MORE,
        /** Nobody is judged by it. */
        NONE
    }

    /**
     * Something that is measured.
     *
     * @param name in the file of the figures
     * @param title above its column or its table
     * @param digits behind the point
     */
    record Measure(String name, String title, int digits, Better better) {}

    /** In file names, and to choose it by. */
    String name();

    /** The heading of its section. */
    String title();

    /** What is done, in whole sentences. */
    String text();

    /** Those who can take part. */
    List<Contender> contenders();

    /** What is measured; the picture shows the first one. */
    List<Measure> measures();

    /** The name of what is varied; empty if nothing is. */
    String varied();

    /** Measures. */
    Figures run(Stage stage, Extent extent) throws Exception;
}
