package org.advisorylock.impl.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.Leadership;
import org.advisorylock.LeadershipListener;
import org.advisorylock.LockHandle;
import org.advisorylock.impl.leader.SessionElections;
import org.advisorylock.impl.postgres.SessionTimeouts;
import org.advisorylock.impl.session.AsyncLocks;
import org.advisorylock.testbed.TcpProxy;

/** The elections of one application, through a proxy of its own. Counts how often they try each key. */
final class Electorate implements AutoCloseable {

    private final TcpProxy proxy;
    private final GroupNode node;
    private final SessionElections elections;
    private final Map<AdvisoryLockKey, Long> tries = new ConcurrentHashMap<>();

    Electorate(String name, OwnServer server, Duration heartbeat) throws IOException {
        proxy = TcpProxy.to("127.0.0.1", server.port());
        node = new GroupNode(
                List.of("jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres?user=postgres&ApplicationName="
                        + name),
                SessionTimeouts.forLeaders(heartbeat, Heartbeat.GRACE));
        AsyncLocks locks = new CountingLocks(node.async(0));
        elections = new SessionElections(any -> locks, KeyHash.MD5, heartbeat, event -> {});
    }

    /** Counts by key. */
    private final class CountingLocks implements AsyncLocks {
        private final AsyncLocks locks;

        CountingLocks(AsyncLocks locks) {
            this.locks = locks;
        }

        @Override
        public CompletionStage<Optional<LockHandle>> tryOnce(AdvisoryLockKey key) {
            tries.merge(key, 1L, Long::sum);
            return locks.tryOnce(key);
        }

        @Override
        public CompletionStage<Long> token(LockHandle handle) {
            return locks.token(handle);
        }

        @Override
        public CompletionStage<Void> release(LockHandle handle) {
            return locks.release(handle);
        }
    }

    Leadership stand(String election, LeadershipListener listener) {
        return elections.stand(election, listener);
    }

    TcpProxy proxy() {
        return proxy;
    }

    /** How often each key was tried since the last call. */
    Map<AdvisoryLockKey, Long> tries() {
        Map<AdvisoryLockKey, Long> copy = Map.copyOf(tries);
        tries.clear();
        return copy;
    }

    /** Ends the elections as the end of an application does. */
    void end() {
        elections.close();
        node.close();
    }

    @Override
    public void close() throws IOException {
        end();
        proxy.close();
    }
}
