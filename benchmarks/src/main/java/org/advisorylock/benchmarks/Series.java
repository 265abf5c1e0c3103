package org.advisorylock.benchmarks;

/**
 * What was measured of one candidate, for one call.
 *
 * @param wall nanoseconds by the clock, which other programs lengthen
 * @param client nanoseconds of processor time of this JVM's threads
 * @param server nanoseconds of processor time of the servers
 * @param bytes what the threads of this JVM allocate
 */
public record Series(String name, Rounds wall, Rounds client, Rounds server, Rounds bytes) {

    Series(String name, int rounds) {
        this(name, new Rounds(rounds), new Rounds(rounds), new Rounds(rounds), new Rounds(rounds));
    }
}
