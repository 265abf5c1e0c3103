package org.advisorylock.tck.weld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.ClassNameFilter.includeClassNamePatterns;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;
import static org.junit.platform.launcher.TagFilter.includeTags;

import java.util.ArrayList;
import java.util.List;
import org.advisorylock.tck.Assertion;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * A test of the TCK that passes without an implementation tests nothing. Runs without the library on the class path.
 */
class NoImplementationIT {

    /** How the tests ended, with their names. */
    private static final class Results implements TestExecutionListener {
        private final List<String> failed = new ArrayList<>();
        private final List<String> notFailed = new ArrayList<>();
        private final List<String> brokenClasses = new ArrayList<>();

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            String name = test.getUniqueId() + ": " + result;
            if (test.isTest()) {
                (isFailedAssertion(result) ? failed : notFailed).add(name);
            } else if (result.getStatus() != Status.SUCCESSFUL) {
                brokenClasses.add(name);
            }
        }

        /** Another exception could come from a mistake in the test, and hide that the test asserts nothing. */
        private static boolean isFailedAssertion(TestExecutionResult result) {
            return result.getThrowable()
                    .filter(AssertionError.class::isInstance)
                    .isPresent();
        }

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            notFailed.add(test.getUniqueId() + ": skipped, " + reason);
        }
    }

    @Test
    void everyLockingTestFails() {
        assertThat(System.getProperty(WeldArchiveCompleter.LIBRARY)).isEqualTo("none");
        assertThat(getClass().getResource("/org/advisorylock/impl"))
                .as("the library")
                .isNull();
        Results results = new Results();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectPackage(Assertion.class.getPackageName()))
                                .filters(
                                        includeTags("locking"),
                                        includeClassNamePatterns("org\\.advisorylock\\.tck\\.[^.]*Test"))
                                .build(),
                        results);
        assertThat(results.brokenClasses)
                .as("classes that could not be deployed")
                .isEmpty();
        assertThat(results.notFailed).as("tests without a failed assertion").isEmpty();
        assertThat(results.failed).hasSizeGreaterThan(50);
    }
}
