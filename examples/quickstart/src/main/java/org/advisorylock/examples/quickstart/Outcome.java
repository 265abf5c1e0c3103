package org.advisorylock.examples.quickstart;

import java.util.List;

/** What the demonstration claimed, and whether it was so. */
record Outcome(List<Claim> claims) {
    /** One sentence that is true or not. */
    record Claim(String sentence, boolean holds) {}

    boolean holds() {
        return claims.stream().allMatch(Claim::holds);
    }
}
