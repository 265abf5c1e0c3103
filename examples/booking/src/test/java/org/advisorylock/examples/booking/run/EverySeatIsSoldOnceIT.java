package org.advisorylock.examples.booking.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs on each server that the build has fetched, and fails if there is none. */
class EverySeatIsSoldOnceIT {
    @ParameterizedTest
    @MethodSource("servers")
    void twoNodesSellEachSeatOnceAndRunTheJobOncePerTick(Server server) throws Exception {
        assertThat(Load.run(server, Terminal.terminal()))
                .as("claims that do not hold on " + server.name())
                .isEmpty();
    }

    static List<Server> servers() {
        return Server.fetched();
    }
}
