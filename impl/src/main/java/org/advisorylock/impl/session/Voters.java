package org.advisorylock.impl.session;

import java.util.Collection;
import java.util.List;

/**
 * Members of which a majority is needed.
 *
 * @param members an odd number of them
 */
record Voters(List<Member> members) {

    int majority() {
        return members.size() / 2 + 1;
    }

    boolean isMajority(Collection<Member> some) {
        return members.stream().filter(some::contains).count() >= majority();
    }
}
