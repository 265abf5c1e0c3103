package org.advisorylock.tck;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** Fails a run in which a test was skipped or aborted: a test that did not run is not a test that passed. */
public final class NoTestSkipped implements LauncherSessionListener, TestExecutionListener {

    private final List<String> skipped = new CopyOnWriteArrayList<>();

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        session.getLauncher().registerTestExecutionListeners(this);
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        skipped.add(test.getUniqueId() + ": " + reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == Status.ABORTED) {
            skipped.add(test.getUniqueId() + ": " + result.getThrowable());
        }
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        if (!skipped.isEmpty()) {
            throw new IllegalStateException("tests were skipped: " + skipped);
        }
    }
}
