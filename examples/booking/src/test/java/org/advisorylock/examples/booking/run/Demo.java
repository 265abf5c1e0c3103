package org.advisorylock.examples.booking.run;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Starts a database and one server with the application, and ends them at Enter or Ctrl-C. */
public final class Demo {
    private Demo() {}

    public static void main(String[] arguments) throws IOException, InterruptedException, SQLException {
        Terminal screen = Terminal.terminal();
        List<Server> servers = Server.fetched();
        if (servers.size() != 1) {
            throw new IllegalArgumentException("name one server: -Pdemo,booking-wildfly or -Pdemo,booking-payara");
        }
        screen.say("%s starts ...", servers.get(0).name());
        try (BookingDatabase database = new BookingDatabase();
                NodeProcess node = NodeProcess.start(servers.get(0), "a", database)) {
            screen.say("Open %s in two tabs. Enter or Ctrl-C here ends it.", node.url());
            awaitEnter();
            screen.say("%s stops ...", servers.get(0).name());
        }
    }

    private static void awaitEnter() throws IOException, InterruptedException {
        if (System.in.read() < 0) {
            // No terminal: a signal ends it.
            new CountDownLatch(1).await();
        }
    }
}
