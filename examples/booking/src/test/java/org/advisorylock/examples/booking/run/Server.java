package org.advisorylock.examples.booking.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A kind of application server. */
interface Server {
    /** With its version. */
    String name();

    /**
     * The arguments of java.
     *
     * @param folder empty, for this node alone
     * @param offset what to add to each of the server's usual ports
     */
    List<String> arguments(Path folder, int offset) throws IOException;

    /** Those that the build has fetched. */
    static List<Server> fetched() {
        Stream<Server> wildFly = home("booking.wildfly").map(WildFly::new);
        Stream<Server> payara = home("booking.payara").map(PayaraMicro::new);
        return Stream.concat(wildFly, payara).toList();
    }

    private static Stream<Path> home(String property) {
        String home = System.getProperty(property, "");
        return home.isEmpty() ? Stream.empty() : Stream.of(Path.of(home));
    }
}
