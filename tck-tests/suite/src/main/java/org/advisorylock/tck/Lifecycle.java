package org.advisorylock.tck;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Prepares each test and checks what it leaves. It is an extension since Arquillian calls no {@code @BeforeEach} and
 * {@code @AfterEach} methods, and says nothing, where the container is in the JVM of the tests.
 */
final class Lifecycle implements BeforeEachCallback, AfterEachCallback {

    @Override
    public void beforeEach(ExtensionContext context) {
        ContractTest test = (ContractTest) context.getRequiredTestInstance();
        if (test.isInTheContainer()) {
            test.prepare();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        ContractTest test = (ContractTest) context.getRequiredTestInstance();
        if (test.isInTheContainer()) {
            try {
                test.threads.close();
                test.cleanUp();
            } finally {
                test.requireNothingLeft();
            }
        }
    }
}
