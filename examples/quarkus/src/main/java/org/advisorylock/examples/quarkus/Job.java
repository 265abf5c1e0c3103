package org.advisorylock.examples.quarkus;

import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;

/** Starts the job by hand, at any time, like a node with a wrong clock. */
@Path("job")
public class Job {
    private final Reports reports;

    @Inject
    Job(Reports reports) {
        this.reports = reports;
    }

    @POST
    public void start() {
        reports.write();
    }
}
