package org.advisorylock.impl.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.KeyHash;
import org.advisorylock.LockHandle;
import org.advisorylock.impl.event.LockEvents;
import org.advisorylock.impl.group.Group;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.postgres.SessionTimeouts;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

/** A connection that throws something that no driver should, and one that fails while a session is opened on it. */
@ExtendWith(NoLockLeft.class)
@Timeout(120)
class AConnectionThatThrowsIT {

    private static final Duration HEARTBEAT = Duration.ofSeconds(1);

    /** What it throws from now on, at each statement. */
    private volatile @Nullable Throwable thrown;

    private final SessionLocker locker =
            new SessionLocker(SessionTimeouts.forLocks(HEARTBEAT), (name, request) -> null, Group::new);

    @AfterEach
    void stop() {
        locker.close();
    }

    private JdbcSessionLocks locks(DataSource dataSource) {
        Source source = new Source.One(new LockDatabase("throws", dataSource), true);
        return new JdbcSessionLocks(locker, any -> source, KeyHash.MD5, 1000, LockEvents.UNHEARD, "");
    }

    private static DataSource direct() {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(TestDatabase.get().jdbcUrl());
        dataSource.setUser(TestDatabase.get().user());
        dataSource.setPassword(TestDatabase.get().password());
        return dataSource;
    }

    /** Returns the result of the real object, or throws. */
    private interface Way {
        @Nullable
        Object go(Object behind, String method, Object[] arguments) throws Throwable;
    }

    private static <T> T wrap(Class<T> type, T behind, Way way) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    Object answer = way.go(behind, method.getName(), arguments);
                    if (answer != behind) {
                        return answer;
                    }
                    try {
                        return method.invoke(behind, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    @Test
    void endsItsSessionWhateverItThrows() throws Exception {
        DataSource throwing = wrap(
                DataSource.class,
                direct(),
                (behind, method, arguments) ->
                        method.equals("getConnection") ? throwing(((DataSource) behind).getConnection()) : behind);
        for (Throwable one :
                new Throwable[] {new IllegalStateException("a wrapper's own"), new AssertionError("worse")}) {
            thrown = null;
            LockHandle handle = locks(throwing).acquire("k");
            CountDownLatch told = new CountDownLatch(1);
            handle.onLost(told::countDown);
            thrown = one;
            assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(handle.isHeld()).isFalse();
            handle.close();
        }
    }

    private Connection throwing(Connection connection) {
        return wrap(Connection.class, connection, (behind, method, arguments) -> {
            Throwable now = thrown;
            if (now != null && (method.startsWith("prepare") || method.startsWith("create"))) {
                throw now;
            }
            return behind;
        });
    }

    @Test
    void goesBackAsItCameIfNoSessionCanBeOpened() throws Exception {
        try (Connection only = TestDatabase.get().connect()) {
            only.setAutoCommit(false);
            only.setNetworkTimeout(Runnable::run, 77_000);
            DataSource pool = wrap(
                    DataSource.class,
                    direct(),
                    (behind, method, arguments) -> method.equals("getConnection") ? refusing(only) : behind);
            assertThatExceptionOfType(AdvisoryLockException.class)
                    .isThrownBy(() -> locks(pool).tryAcquire("k", Duration.ZERO));
            assertThat(only.isClosed()).isFalse();
            assertThat(only.getNetworkTimeout()).isEqualTo(77_000);
            assertThat(only.getAutoCommit()).isFalse();
        }
    }

    /** The pool has only this connection. The query that opens a session fails on it. */
    private static Connection refusing(Connection connection) {
        return wrap(Connection.class, connection, (behind, method, arguments) -> {
            if (method.equals("close")) {
                return null;
            }
            if (method.startsWith("prepare")) {
                throw new SQLException("permission denied", "42501");
            }
            return behind;
        });
    }
}
