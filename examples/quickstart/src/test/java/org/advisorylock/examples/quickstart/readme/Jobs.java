package org.advisorylock.examples.quickstart.readme;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.OnTimeout;

@ApplicationScoped
@Transactional
public class Jobs {
    // tag::skip[]
    @AdvisoryLock(value = "nightly-report", accessTimeout = AdvisoryLock.IMMEDIATE, onTimeout = OnTimeout.SKIP)
    public boolean nightlyReport() {
        return true; // a caller that was skipped gets false
    }
    // end::skip[]

    // tag::timeout[]
    @AdvisoryLock(value = "import:{file}", accessTimeout = 500, unit = MILLISECONDS)
    public void importFile(String file) {}
    // end::timeout[]
}
