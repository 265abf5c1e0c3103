package org.advisorylock.examples.quarkus.live;

import io.quarkus.arc.properties.IfBuildProperty;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LeaderElection;
import org.advisorylock.LeadershipListener;
import org.advisorylock.LockScope;
import org.advisorylock.SessionLocks;

/** Uses each kind of lock, and leaves open what it can. Other tests of this module have it on their class path. */
@Path("desk")
@IfBuildProperty(name = "live", stringValue = "true")
@ApplicationScoped
public class LiveDesk {

    /** The test changes it. */
    private static final String VERSION = "one";

    @Inject
    LeaderElection elections;

    @Inject
    SessionLocks locks;

    /** Stands in an election, and does not resign. */
    @Startup
    @SuppressWarnings("resource")
    void stand() {
        elections.stand("live-leader", new LeadershipListener() {
            @Override
            public void elected(long term) {
                // It only leads.
            }

            @Override
            public void revoked(long term) {
                // It has nothing to end.
            }
        });
    }

    /** Takes a lock until the commit. */
    @GET
    @Path("transaction")
    @Transactional
    @AdvisoryLock("live-transaction")
    public String inTransaction() {
        return VERSION;
    }

    /** Takes a lock around the call. */
    @GET
    @Path("session")
    @AdvisoryLock(value = "live-session", scope = LockScope.SESSION)
    public String inSession() {
        return VERSION;
    }

    /** Takes a lock and leaves it open. */
    @GET
    @Path("open")
    @SuppressWarnings("resource")
    public String leaveOpen() {
        locks.acquire("live-open");
        return VERSION;
    }
}
