package org.advisorylock.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeTest {

    @Test
    void oneClaimThatDoesNotHoldIsEnough() {
        Outcome.Claim good = new Outcome.Claim("so", true);
        Outcome.Claim bad = new Outcome.Claim("not so", false);

        assertThat(new Outcome(List.of(good, good)).holds()).isTrue();
        assertThat(new Outcome(List.of(good, bad)).holds()).isFalse();
    }
}
