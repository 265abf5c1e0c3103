package org.advisorylock.examples.booking;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** A show, its seats, and the latest reports. */
@Path("shows/{show}")
@RequestScoped
public class Shows {
    private static final int SEATS = 200;

    @Inject
    BoxOffice boxOffice;

    @Inject
    Reports reports;

    @PathParam("show")
    int show;

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public JsonObject show() {
        JsonArrayBuilder sold = Json.createArrayBuilder();
        boxOffice
                .sales(show)
                .forEach(sale -> sold.add(Json.createObjectBuilder()
                        .add("seat", sale.seat())
                        .add("customer", sale.customer())
                        .add("node", sale.node())));
        JsonArrayBuilder written = Json.createArrayBuilder();
        reports.latest()
                .forEach(report -> written.add(Json.createObjectBuilder()
                        .add("tick", report.tick())
                        .add("sold", report.sold())
                        .add("node", report.node())));
        return Json.createObjectBuilder()
                .add("node", Node.NAME)
                .add("seats", SEATS)
                .add("sales", sold)
                .add("reports", written)
                .build();
    }

    /** Answers 201 if the customer has got the seat, 409 if it was sold before. */
    @POST
    @Path("seats/{seat}")
    public Response book(
            @PathParam("seat") int seat,
            @QueryParam("customer") @DefaultValue("") String customer,
            @QueryParam("lock") @DefaultValue("true") boolean lock) {
        if (seat < 1 || seat > SEATS || customer.isBlank()) {
            throw new BadRequestException("a seat is 1 to " + SEATS + ", and a customer has a name");
        }
        boolean yours = lock ? boxOffice.book(show, seat, customer) : boxOffice.bookWithoutLock(show, seat, customer);
        return Response.status(yours ? Response.Status.CREATED : Response.Status.CONFLICT)
                .build();
    }
}
