package org.advisorylock.impl.session;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Between two tries for a permit: fewer than ten tries a second for each key and JVM. */
final class PermitPause {

    private static final int SHORTEST_MILLIS = 110;
    private static final int LONGEST_MILLIS = 150;

    private PermitPause() {}

    static Duration next() {
        return Duration.ofMillis(ThreadLocalRandom.current().nextInt(SHORTEST_MILLIS, LONGEST_MILLIS + 1));
    }
}
