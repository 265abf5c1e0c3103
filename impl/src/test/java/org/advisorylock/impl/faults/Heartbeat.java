package org.advisorylock.impl.faults;

import java.time.Duration;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An {@link ExtendWith} for test classes: their applications have a heartbeat of one second, or the one that
 * {@code -Dadvisorylock.heartbeat} sets.
 */
final class Heartbeat implements BeforeAllCallback, AfterAllCallback {

    private static final String PROPERTY = "advisorylock.session.heartbeat";
    static final Duration INTERVAL = Duration.parse(System.getProperty("advisorylock.heartbeat", "PT1S"));

    /** The default of how late the sign of life of a leader may be. */
    static final Duration GRACE = Duration.ofMillis(500);

    /** How long a loss may stay unknown: one heartbeat, and half of one until the missing answer counts as a loss. */
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
