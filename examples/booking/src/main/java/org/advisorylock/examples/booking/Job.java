package org.advisorylock.examples.booking;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;

/** Starts the job by hand, at any time, like a node with a wrong clock. */
@Path("job")
@RequestScoped
public class Job {
    @Inject
    Reports reports;

    @POST
    public void start() {
        reports.write();
    }
}
