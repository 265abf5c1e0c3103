package org.advisorylock.impl.leader;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.advisorylock.LeaderElection;
import org.advisorylock.Leadership;
import org.advisorylock.LeadershipEvent;
import org.advisorylock.LeadershipListener;
import org.advisorylock.LockKeyException;
import org.advisorylock.SessionLocks;
import org.advisorylock.impl.Message;

/** The service, without a container. */
public final class SessionElections implements LeaderElection, AutoCloseable {

    private final Function<String, SessionLocks> locks;
    private final String dataSource;
    private final Duration heartbeat;
    private final Consumer<LeadershipEvent> observers;
    private final Set<Candidate> candidates;

    /**
     * @param locks those of a DataSource, by its name, empty for the configured one; asked in the caller's thread, since the names of a
     *     server are unknown in others
     * @param heartbeat of the session locks
     * @param observers are told of each change too
     */
    public SessionElections(
            Function<String, SessionLocks> locks, Duration heartbeat, Consumer<LeadershipEvent> observers) {
        this(locks, "", heartbeat, observers, ConcurrentHashMap.newKeySet());
    }

    private SessionElections(
            Function<String, SessionLocks> locks,
            String dataSource,
            Duration heartbeat,
            Consumer<LeadershipEvent> observers,
            Set<Candidate> candidates) {
        this.locks = locks;
        this.dataSource = dataSource;
        this.heartbeat = heartbeat;
        this.observers = observers;
        this.candidates = candidates;
    }

    @Override
    public Leadership stand(String election, LeadershipListener listener) {
        if (election.isEmpty()) {
            throw new LockKeyException(Message.NO_ELECTION.text());
        }
        Candidate candidate =
                new Candidate(election, locks.apply(dataSource), heartbeat, listener, observers, candidates::remove);
        candidates.add(candidate);
        candidate.start();
        return candidate;
    }

    @Override
    public LeaderElection on(String dataSource) {
        return new SessionElections(locks, dataSource, heartbeat, observers, candidates);
    }

    /** Ends all candidacies. */
    @Override
    public void close() {
        Set.copyOf(candidates).forEach(Candidate::close);
    }
}
