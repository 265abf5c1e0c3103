package org.advisorylock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AdvisoryLockLiteralTest {

    @AdvisoryLock("a:{0}")
    static class Defaults {}

    @AdvisoryLock(
            value = "a:{0}",
            mode = LockMode.SHARED,
            scope = LockScope.SESSION,
            permits = 2,
            holdAtLeast = 5,
            holdAtLeastUnit = TimeUnit.HOURS,
            accessTimeout = AdvisoryLock.IMMEDIATE,
            unit = TimeUnit.MINUTES,
            onTimeout = OnTimeout.SKIP,
            retries = 3,
            hash = KeyHash.SHA_256,
            dataSource = "orders",
            keyResolver = Never.class)
    static class All {}

    interface Never extends KeyResolver {}

    @Test
    void hasTheDefaultsOfTheAnnotation() {
        assertThat(AdvisoryLock.Literal.of("a:{0}")).isEqualTo(Defaults.class.getAnnotation(AdvisoryLock.class));
    }

    @Test
    void hasEveryMember() {
        AdvisoryLock literal = AdvisoryLock.Literal.of("a:{0}")
                .withMode(LockMode.SHARED)
                .withScope(LockScope.SESSION)
                .withPermits(2)
                .withHoldAtLeast(5, TimeUnit.HOURS)
                .withAccessTimeout(AdvisoryLock.IMMEDIATE, TimeUnit.MINUTES)
                .withOnTimeout(OnTimeout.SKIP)
                .withRetries(3)
                .withHash(KeyHash.SHA_256)
                .withDataSource("orders")
                .withKeyResolver(Never.class);
        assertThat(literal).isEqualTo(All.class.getAnnotation(AdvisoryLock.class));
    }
}
