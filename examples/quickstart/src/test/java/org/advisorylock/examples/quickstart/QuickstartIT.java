package org.advisorylock.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** The demonstration's claims hold, and its screen shows them. */
class QuickstartIT {

    @Test
    void theClaimsHoldAndTheWaitersAreSeen() throws SQLException {
        ByteArrayOutputStream screen = new ByteArrayOutputStream();

        Outcome outcome = Quickstart.demonstrate(new Screen(new PrintStream(screen, true, StandardCharsets.UTF_8)));

        assertThat(outcome.claims()).hasSize(4).allSatisfy(claim -> assertThat(claim.holds())
                .as(claim.sentence())
                .isTrue());
        assertThat(outcome.holds()).isTrue();
        String[] scenes = screen.toString(StandardCharsets.UTF_8).split("\n(?=\\d\\. )", -1);
        assertThat(scenes).hasSize(5);
        assertThat(scenes[2]).containsPattern("pid \\d+ waits for account:1, since ");
        assertThat(scenes[3]).containsPattern("pid \\d+ waits for account:[12], since ");
        assertThat(scenes[4]).containsPattern("pid \\d+ holds +nightly-report");
    }
}
