package org.advisorylock.tck.platform;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.tck.Database;

/** A resource that is an enterprise bean. */
@Path("stateless")
@Stateless
public class StatelessResource {

    @Inject
    Database database;

    /** Tells what is held. */
    @GET
    @Path("{id}")
    @AdvisoryLock("seat:{id}")
    public String get(@PathParam("id") int id) {
        return database.heldKeys().toString();
    }
}
