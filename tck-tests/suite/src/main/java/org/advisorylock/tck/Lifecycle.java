package org.advisorylock.tck;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Prepares each test, and checks that it leaves nothing. It is an extension because Arquillian silently skips
 * {@code @BeforeEach} and {@code @AfterEach} methods if the container is in the JVM of the tests.
 */
final class Lifecycle implements BeforeEachCallback, AfterEachCallback {

    @Override
    public void beforeEach(ExtensionContext context) {
        ContractTest test = (ContractTest) context.getRequiredTestInstance();
        if (test.isInTheContainer()) {
            test.begin();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        ContractTest test = (ContractTest) context.getRequiredTestInstance();
        if (test.isInTheContainer()) {
            test.end();
        }
    }
}
