package org.advisorylock.examples.quarkus;

import io.quarkus.panache.common.Sort;
import jakarta.inject.Inject;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** A show, its seats, and the latest reports. */
@Path("shows/{show}")
public class Shows {
    private static final int SEATS = 200;

    private final BoxOffice boxOffice;
    private final String node;

    @Inject
    Shows(BoxOffice boxOffice, @ConfigProperty(name = "booking.node") String node) {
        this.boxOffice = boxOffice;
        this.node = node;
    }

    /** What the page shows. */
    public record State(String node, int seats, List<Sale> sales, List<Report> reports) {}

    @GET
    public State show(@PathParam("show") int show) {
        List<Sale> sales = Sale.list("show", Sort.by("id"), show);
        List<Report> reports = Report.findAll(Sort.descending("id")).page(0, 5).list();
        return new State(node, SEATS, sales, reports);
    }

    /** Answers 201 if the customer has got the seat, 409 if it was sold before. */
    @POST
    @Path("seats/{seat}")
    public Response book(
            @PathParam("show") int show,
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
