package org.advisorylock.impl.group;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.advisorylock.impl.session.hold.Handle;

/**
 * Members of which a majority is needed.
 *
 * @param members an odd number of them
 */
record Voters(List<Member> members) {

    int majority() {
        return members.size() / 2 + 1;
    }

    /** Whether those of a majority answer that they hold it still. */
    boolean isMajorityAlive(Map<Member, Handle> held, Executor workers) {
        List<Callable<Boolean>> questions = new ArrayList<>();
        held.forEach((member, handle) -> {
            if (members.contains(member)) {
                questions.add(() -> {
                    handle.beat();
                    return true;
                });
            }
        });
        return Quorum.ask(questions, workers).first(majority(), Duration.ZERO).size() >= majority();
    }

    boolean isMajority(Collection<Member> some) {
        return members.stream().filter(some::contains).count() >= majority();
    }
}
