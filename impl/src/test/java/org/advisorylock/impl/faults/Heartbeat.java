package org.advisorylock.impl.faults;

import java.time.Duration;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Has the applications of a test class ask for a sign of life every second, or as often as
 * {@code -Dadvisorylock.heartbeat} says, for {@link ExtendWith}.
 */
final class Heartbeat implements BeforeAllCallback, AfterAllCallback {

    private static final String PROPERTY = "advisorylock.session.heartbeat";
    static final Duration INTERVAL = Duration.parse(System.getProperty("advisorylock.heartbeat", "PT1S"));

    /** How late the sign of life of a leader may be, as it is if nothing is set. */
    static final Duration GRACE = Duration.ofMillis(500);

    /** How long a lost lock may stay unknown: the interval, and half of it for the answer that does not come. */
    static final Duration BOUND = INTERVAL.multipliedBy(3).dividedBy(2);

    @Override
    public void beforeAll(ExtensionContext context) {
        System.setProperty(PROPERTY, INTERVAL.toString());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        System.clearProperty(PROPERTY);
    }
}
