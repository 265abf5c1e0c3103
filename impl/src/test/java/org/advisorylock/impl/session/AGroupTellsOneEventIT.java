package org.advisorylock.impl.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.advisorylock.KeyHash;
import org.advisorylock.LockEvent;
import org.advisorylock.LockEvent.Acquired;
import org.advisorylock.LockEvent.LockOutcome;
import org.advisorylock.LockEvent.Lost;
import org.advisorylock.LockEvent.NotAcquired;
import org.advisorylock.LockEvent.Released;
import org.advisorylock.LockHandle;
import org.advisorylock.SessionLocks;
import org.advisorylock.impl.event.LockEvents;
import org.advisorylock.impl.group.Group;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.SessionTimeouts;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

/** Listeners hear of a lock of a group, and not of its members. */
@ExtendWith(NoLockLeft.class)
@Timeout(120)
class AGroupTellsOneEventIT {

    private final BlockingQueue<LockEvent> heard = new LinkedBlockingQueue<>();
    private final LockEvents events = new LockEvents(true, () -> List.of(heard::add), System::nanoTime);
    private final List<SessionLocker> lockers = List.of(locker(), locker());
    private final SessionLocks locks = locks(lockers.get(0));
    private final SessionLocks others = locks(lockers.get(1));

    private static SessionLocker locker() {
        return new SessionLocker(SessionTimeouts.forLocks(Duration.ofSeconds(2)), (name, request) -> null, Group::new);
    }

    private SessionLocks locks(SessionLocker locker) {
        List<Source.One> members = TestDatabase.get().groupUrls().stream()
                .map(url -> {
                    PGSimpleDataSource dataSource = new PGSimpleDataSource();
                    dataSource.setUrl(url);
                    dataSource.setUser(TestDatabase.get().user());
                    dataSource.setPassword(TestDatabase.get().password());
                    return new Source.One(new LockDatabase(url, dataSource), true);
                })
                .toList();
        Source group = new Source.Several("fleet", members, List.of());
        return new JdbcSessionLocks(locker, any -> group, KeyHash.MD5, 10, events, "");
    }

    @AfterEach
    void close() {
        lockers.forEach(SessionLocker::close);
    }

    @Test
    void forEachLock() throws Exception {
        LockHandle first = locks.acquire("secret");
        assertThat(heard.take()).isInstanceOf(Acquired.class);
        assertThat(others.tryAcquire("secret", Duration.ofMillis(50))).isEmpty();
        assertThat(((NotAcquired) heard.take()).outcome()).isEqualTo(LockOutcome.TIMEOUT);
        // The last one to be closed ends it, whichever that is.
        LockHandle again = locks.acquire("secret");
        first.close();
        assertThat(heard).isEmpty();
        again.close();
        assertThat(heard.take()).isInstanceOf(Released.class);
        locks.acquire("secret").close();
        assertThat(heard.take()).isInstanceOf(Acquired.class);
        assertThat(heard.take()).isInstanceOf(Released.class);
        assertThat(heard).isEmpty();
    }

    @Test
    void forALoss() throws Exception {
        LockHandle handle = locks.acquire("secret");
        assertThat(heard.take()).isInstanceOf(Acquired.class);
        lockers.get(0).close();
        assertThat(heard.poll(30, TimeUnit.SECONDS)).isInstanceOf(Lost.class);
        handle.close();
        assertThat(heard).isEmpty();
    }
}
