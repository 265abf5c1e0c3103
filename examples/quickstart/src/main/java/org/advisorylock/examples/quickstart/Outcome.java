package org.advisorylock.examples.quickstart;

import java.util.List;

/** The claims of the demonstration, and whether they were true. */
record Outcome(List<Claim> claims) {
    /** One sentence that is true or not. */
    record Claim(String sentence, boolean holds) {}

    boolean holds() {
        return claims.stream().allMatch(Claim::holds);
    }
}
