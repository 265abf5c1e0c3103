package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.advisorylock.LockHandle;
import org.advisorylock.LockLostException;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/**
 * Sessions of a group that end. The class has its own archive, because a pool without validation would hand the dead
 * connections to other tests.
 */
@Locking
class GroupLossTest extends GroupContract {

    @Deployment
    static WebArchive deployment() {
        return with(GroupLossTest.class);
    }

    private static void endHolders(Database member) {
        member.locks().forEach(row -> member.queryOutside("SELECT pg_catalog.pg_terminate_backend(" + row.pid() + ")"));
    }

    @Test
    @Assertion("GRP-09")
    void theLossOfAMinorityIsMendedAndTheLossOfTheMajorityTold() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        LockHandle handle = locks().acquire("text");
        handle.onLost(told::countDown);
        assertHeld(key("text"));
        endHolders(Database.of(a));
        Database.of(a).awaitHeld(key("text"), false);
        assertHeld(key("text"));
        assertThat(handle.isHeld()).isTrue();
        assertThat(told.getCount()).isOne();
        endHolders(Database.of(a));
        endHolders(Database.of(b));
        assertThat(told.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(handle.isHeld()).isFalse();
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(handle::fencingToken)
                .withMessageStartingWith("ADVLOCK-");
        locks().acquire("text").close();
        handle.close();
    }
}
