package org.advisorylock.impl.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class InterruptWatchTest {

    private static Statement statement(Runnable cancel) {
        return (Statement) Proxy.newProxyInstance(
                Statement.class.getClassLoader(), new Class<?>[] {Statement.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("cancel")) {
                        cancel.run();
                    }
                    return null;
                });
    }

    /** Each wait begins at about the time when the watcher decides to end, because its idle time is zero. */
    @Test
    @Timeout(60)
    void seesEachWaitHoweverJustTheWatcherEnds() {
        try (InterruptWatch watch = new InterruptWatch(Duration.ZERO, 1)) {
            Statement statement = statement(() -> {});
            for (int i = 0; i < 500; i++) {
                InterruptWatch.WatchedStatement wait = watch.begin(statement);
                while (!wait.isSeen()) {
                    assertThat(Thread.interrupted())
                            .as("the timeout found wait %s without a watcher", i)
                            .isFalse();
                    Thread.onSpinWait();
                }
                watch.end(wait);
            }
        }
    }

    @Test
    @Timeout(60)
    void cancelsTheStatementOfAnInterruptedThreadAlsoWhenTheApplicationEnds() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        InterruptWatch watch = new InterruptWatch();
        InterruptWatch.WatchedStatement wait = watch.begin(statement(cancelled::countDown));
        watch.close();
        Thread.currentThread().interrupt();
        while (!wait.isCancelled()) {
            Thread.onSpinWait();
        }
        assertThat(Thread.interrupted()).isTrue();
        cancelled.await();
        watch.end(wait);
    }
}
