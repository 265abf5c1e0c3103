package org.advisorylock.benchmarks.peers;

import java.util.List;

/**
 * One of the questions that all are asked.
 *
 * @param name in file names, and to choose it by
 * @param title the heading of its section
 * @param text what is done, in whole sentences
 * @param varied the name of what is varied; empty if nothing is
 * @param contenders those who can take part
 * @param measures what is measured; the picture shows the first one
 * @param run measures
 */
record Part(
        String name,
        String title,
        String text,
        String varied,
        List<Contender> contenders,
        List<Measure> measures,
        Run run) {

    /** How a part is measured. */
    @FunctionalInterface
    interface Run {
        void into(Figures figures, Stage stage, Extent extent, List<Contender> contenders) throws Exception;
    }

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
}
