package org.advisorylock.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PartyTest {

    @Test
    void guestsStayUntilTheHostLetsThemGo() throws Exception {
        Party party = Party.of(3);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<? extends Future<?>> guests = IntStream.range(0, 3)
                    .mapToObj(i -> threads.submit(party::attend))
                    .toList();
            party.awaitGuests();
            assertThat(guests).noneMatch(Future::isDone);
            party.letGo();
            for (Future<?> guest : guests) {
                guest.get(10, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
