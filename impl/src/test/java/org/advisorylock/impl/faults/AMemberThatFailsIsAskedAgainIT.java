package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.advisorylock.LockHandle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Questions to a member that fail in unusual ways. The member must be asked again. */
@Timeout(180)
class AMemberThatFailsIsAskedAgainIT {

    /**
     * The proof takes two connections to compare their sessions, and a third to count. The next one asks which database
     * it is.
     */
    private static final int WHO_ARE_YOU = 4;

    @AutoClose
    private static Fleet fleet;

    private final AtomicInteger connections = new AtomicInteger();

    @BeforeAll
    static void startServers() throws Exception {
        fleet = Fleet.start();
    }

    @AfterEach
    void nothingIsLeft() {
        fleet.blackhole(2, false);
        fleet.awaitNoLock();
    }

    private static GroupNode node(DataSource third) {
        List<DataSource> members = new ArrayList<>();
        members.add(GroupNode.dataSource(fleet.url(0)));
        members.add(GroupNode.dataSource(fleet.url(1)));
        members.add(third);
        return new GroupNode(GroupNode.HEARTBEAT, members);
    }

    @Test
    void whateverErrorItWas() {
        DataSource third = GroupNode.dataSource(fleet.url(2));
        DataSource failing = new Chosen(() -> {
            int connection = connections.incrementAndGet();
            if (connection >= WHO_ARE_YOU && connection < WHO_ARE_YOU + 5) {
                throw new NoClassDefFoundError("a class of a driver, on purpose");
            }
            return third;
        });
        try (GroupNode node = node(failing);
                LockHandle handle = node.acquire("k", 60_000)) {
            GroupNode.awaitWhole(handle);
            assertThat(connections).hasValueGreaterThanOrEqualTo(WHO_ARE_YOU + 5);
        }
    }

    @Test
    void whetherTheNetworkGivesAnAnswerOrNot() {
        DataSource third = GroupNode.dataSource(fleet.url(2));
        int probe = WHO_ARE_YOU + 2;
        DataSource swallowed = new Chosen(() -> {
            int connection = connections.incrementAndGet();
            return connection < WHO_ARE_YOU || connection > probe
                    ? third
                    : connection == probe ? thenNothing(third) : refuse(third);
        });
        try (GroupNode node = node(swallowed);
                LockHandle handle = node.acquire("k", 60_000)) {
            Await.until("it is not asked again", () -> connections.get() > probe + 1);
            assertThat(handle).asString().contains("on 2 of 3");
            fleet.blackhole(2, false);
            GroupNode.awaitWhole(handle);
        }
    }

    /** Gives a connection, and then the network is gone. */
    private static DataSource thenNothing(DataSource real) {
        return proxy((method, arguments) -> {
            Object given = method.invoke(real, arguments);
            fleet.blackhole(2, true);
            return given;
        });
    }

    private static DataSource refuse(DataSource real) {
        return proxy((method, arguments) -> {
            throw new SQLException(real + " refuses, on purpose", "08001");
        });
    }

    /** What a DataSource does. */
    @FunctionalInterface
    private interface Call {
        Object of(Method method, Object[] arguments) throws Throwable;
    }

    private static DataSource proxy(Call call) {
        return (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (any, method, arguments) -> call.of(method, arguments));
    }
}
