package org.advisorylock.examples.quickstart.readme;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockScope;
import org.advisorylock.OnTimeout;

@ApplicationScoped
public class Nights {
    // tag::session[]
    @AdvisoryLock(
            value = "nightly-report",
            scope = LockScope.SESSION,
            accessTimeout = AdvisoryLock.IMMEDIATE,
            onTimeout = OnTimeout.SKIP,
            holdAtLeast = 60) // one server runs it, and none whose clock is a little late runs it again
    public void nightlyReport() {}

    @AdvisoryLock(value = "partner", scope = LockScope.SESSION, permits = 10, holdAtLeast = 1)
    public void askPartner() {} // ten starts in a second, over all servers

    @Transactional
    @AdvisoryLock(value = "import", permits = 3)
    public void importFile(String file) {} // three at a time, each until its transaction ends
    // end::session[]
}
