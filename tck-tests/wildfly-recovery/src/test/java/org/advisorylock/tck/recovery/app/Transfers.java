package org.advisorylock.tck.recovery.app;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Application;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLock;

/** Writes into two XA resources in one transaction, under the lock of the first. */
@Path("transfers")
@ApplicationScoped
public class Transfers {

    /** The text of its key. */
    public static final String KEY = "transfer";
    /** The DataSource of the lock. */
    public static final String ONE = "java:jboss/datasources/One";
    /** Another one of the same database. */
    public static final String TWO = "java:jboss/datasources/Two";

    /** Makes it available. */
    @ApplicationPath("api")
    public static class TransferApi extends Application {}

    /** Writes under the lock. */
    @ApplicationScoped
    public static class TransferLedger {

        @Resource(lookup = ONE)
        DataSource one;

        @Resource(lookup = TWO)
        DataSource two;

        /** Two rows. */
        @AdvisoryLock(value = KEY, dataSource = ONE, accessTimeout = AdvisoryLock.IMMEDIATE)
        public void write() throws SQLException {
            write(one);
            write(two);
        }

        private static void write(DataSource dataSource) throws SQLException {
            try (Connection connection = dataSource.getConnection();
                    PreparedStatement statement =
                            connection.prepareStatement("INSERT INTO recovery_row VALUES (pg_backend_pid())")) {
                statement.execute();
            }
        }
    }

    @Inject
    TransferLedger ledger;

    @Resource(lookup = "java:/TransactionManager")
    TransactionManager transactions;

    /** Tells that the server is there. */
    @GET
    public String ready() {
        return "ready";
    }

    /** Writes, and ends the JVM at a moment of the commit. */
    @POST
    @Path("{moment}")
    @Transactional(rollbackOn = Exception.class)
    public String write(@PathParam("moment") Crash.Moment moment) throws Exception {
        // Resources are prepared and committed in the order in which they are enlisted: the end must come when both
        // branches are prepared and none is committed.
        if (moment == Crash.Moment.COMMIT) {
            enlist(moment);
        }
        ledger.write();
        if (moment == Crash.Moment.PREPARE) {
            enlist(moment);
        }
        return "written";
    }

    private void enlist(Crash.Moment moment) throws Exception {
        transactions.getTransaction().enlistResource(new Crash(moment));
    }
}
