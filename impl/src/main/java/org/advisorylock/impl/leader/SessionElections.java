package org.advisorylock.impl.leader;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.advisorylock.KeyHash;
import org.advisorylock.LeaderElection;
import org.advisorylock.Leadership;
import org.advisorylock.LeadershipEvent;
import org.advisorylock.LeadershipListener;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockKeyException;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.Daemons;
import org.advisorylock.impl.session.AsyncLocks;

/** The service, without a container. */
public final class SessionElections implements LeaderElection, AutoCloseable {

    /** What the elections of all DataSources share. */
    private static final class SharedLines {
        private final Map<AsyncLocks, Lines> lines = new HashMap<>();
        private boolean closed;

        synchronized void requireOpen(String election) {
            if (closed) {
                throw new LockGuardException(CallMessage.ELECTIONS_CLOSED.text(election), List.of(), null);
            }
        }

        synchronized List<Candidate> close() {
            closed = true;
            return lines.values().stream()
                    .flatMap(known -> known.candidates().stream())
                    .toList();
        }
    }

    private final Function<String, AsyncLocks> locks;
    private final String dataSource;
    private final KeyHash hash;
    private final Duration heartbeat;
    private final Consumer<LeadershipEvent> observers;
    private final SharedLines shared;
    private final LongSupplier nanoClock = System::nanoTime;

    /**
     * @param locks finds the locks of a DataSource by its name, empty for the configured one, and gives the same ones
     *     for the same DataSource; called in the caller's thread, because other threads do not know a server's names
     * @param hash of the names
     * @param heartbeat of the session locks
     * @param observers are told of each change too
     */
    public SessionElections(
            Function<String, AsyncLocks> locks, KeyHash hash, Duration heartbeat, Consumer<LeadershipEvent> observers) {
        this(locks, "", hash, heartbeat, observers, new SharedLines());
    }

    private SessionElections(
            Function<String, AsyncLocks> locks,
            String dataSource,
            KeyHash hash,
            Duration heartbeat,
            Consumer<LeadershipEvent> observers,
            SharedLines shared) {
        this.locks = locks;
        this.dataSource = dataSource;
        this.hash = hash;
        this.heartbeat = heartbeat;
        this.observers = observers;
        this.shared = shared;
    }

    @Override
    public Leadership stand(String election, LeadershipListener listener) {
        if (election.isEmpty()) {
            throw new LockKeyException(CallMessage.NO_ELECTION.text());
        }
        shared.requireOpen(election);
        ElectionKeys places = new ElectionKeys(election, hash);
        // A name that makes no key is refused here, not again and again in the log.
        places.key(0);
        places.key(Line.LAST_PLACE);
        AsyncLocks ofDataSource = locks.apply(dataSource);
        Audience audience = new Audience(election, listener, observers);
        synchronized (shared) {
            shared.requireOpen(election);
            Lines lines = shared.lines.computeIfAbsent(ofDataSource, any -> new Lines(heartbeat, nanoClock));
            Candidate candidate = new Candidate(
                    audience, places, ofDataSource, lines, tellers(election), Candidate.PATIENCE, nanoClock);
            lines.add(candidate);
            return candidate;
        }
    }

    /** The listener is code of the caller, so it runs with the caller's class loader. */
    private static Executor tellers(String election) {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        return task -> {
            Thread teller = Daemons.of("advisory-lock-leader-" + election, task);
            teller.setContextClassLoader(loader);
            teller.start();
        };
    }

    @Override
    public LeaderElection on(String dataSource) {
        return new SessionElections(locks, dataSource, hash, heartbeat, observers, shared);
    }

    /** Ends all candidacies. It waits for all their listeners together, but not for ever. */
    @Override
    public void close() {
        List<Candidate> all = shared.close();
        all.forEach(Candidate::shut);
        CompletableFuture<?>[] ends = all.stream().map(Candidate::ended).toArray(CompletableFuture<?>[]::new);
        Object unused = PatientWait.await(CompletableFuture.allOf(ends), Candidate.PATIENCE, nanoClock);
    }
}
