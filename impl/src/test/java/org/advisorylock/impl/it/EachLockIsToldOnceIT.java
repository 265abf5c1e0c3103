package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockDeadlockException;
import org.advisorylock.LockEvent;
import org.advisorylock.LockEvent.Acquired;
import org.advisorylock.LockEvent.Lost;
import org.advisorylock.LockEvent.NotAcquired;
import org.advisorylock.LockEvent.Released;
import org.advisorylock.LockHandle;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.SessionLocks;
import org.advisorylock.TransactionLocks;
import org.advisorylock.testbed.NoLockLeft;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many calls with random keys and outcomes: the events are what the callers saw, no more and no less. */
@ExtendWith(NoLockLeft.class)
@Timeout(180)
class EachLockIsToldOnceIT {

    private static final int THREADS = 6;
    private static final int CALLS = 100;
    private static final int KEYS = 3;

    private static final LockChronicle HEARD = new LockChronicle();

    @ApplicationScoped
    static class Auditor {
        void on(@Observes LockEvent event) {
            HEARD.add(event);
        }
    }

    private Application application;
    private Shop shop;
    private Night night;
    private TransactionLocks locks;
    private SessionLocks sessions;

    @BeforeEach
    void start() {
        HEARD.clear();
        application = Application.of(Shop.class, Night.class, Auditor.class);
        shop = application.get(Shop.class);
        night = application.get(Night.class);
        locks = application.locks();
        sessions = application.get(SessionLocks.class);
    }

    @AfterEach
    void stop() {
        application.close();
    }

    private static String outcome(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof LockTimeoutException) {
                return "TIMEOUT";
            } else if (cause instanceof LockDeadlockException) {
                return "DEADLOCK";
            } else if (cause instanceof AdvisoryLockException) {
                return cause.getMessage().contains("interrupted") ? "INTERRUPTED" : "REFUSED";
            }
        }
        return "granted";
    }

    /** One call. Returns what its caller saw of each lock. */
    private List<String> call(Random random) {
        String key = "k" + random.nextInt(KEYS);
        boolean fails = random.nextBoolean();
        try {
            switch (random.nextInt(9)) {
                case 0 -> {
                    return List.of(shop.once(key).isPresent() ? "granted" : "SKIPPED");
                }
                case 1 -> shop.briefly(key, () -> work(random, fails));
                case 2 -> shop.locked(key, () -> shop.locked(key, () -> work(random, fails)));
                case 3 -> night.outside(key, () -> night.outside(key, () -> work(random, fails)));
                case 4 -> {
                    return List.of(
                            application.inTransaction(() -> locks.tryAcquire(key, Duration.ofMillis(random.nextInt(3))))
                                    ? "granted"
                                    : "TIMEOUT");
                }
                case 5 -> {
                    LockHandle handle = sessions.tryAcquire(key, Duration.ofMillis(random.nextInt(3)))
                            .orElse(null);
                    if (handle == null) {
                        return List.of("TIMEOUT");
                    }
                    handle.close();
                }
                case 6 -> {
                    Thread.currentThread().interrupt();
                    shop.locked(key, () -> 1);
                }
                case 7 -> shop.locked(null, () -> 1);
                default -> night.twoAtOnce("permits", () -> work(random, fails));
            }
        } catch (Exception e) {
            return List.of(outcome(e));
        } finally {
            Thread.interrupted();
        }
        return List.of("granted");
    }

    private static int work(Random random, boolean fails) {
        for (int spin = random.nextInt(1000); spin > 0; spin--) {
            Thread.onSpinWait();
        }
        if (fails) {
            throw new IllegalStateException("the work fails");
        }
        return 1;
    }

    private static <T> Map<String, Long> count(List<T> all, Function<T, String> by) {
        return all.stream().collect(Collectors.groupingBy(by, TreeMap::new, Collectors.counting()));
    }

    @Test
    void asItsCallerSawIt() throws Exception {
        List<CompletableFuture<List<String>>> threads = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            Random random = new Random(thread);
            threads.add(Application.async(() -> {
                List<String> seen = new ArrayList<>();
                for (int call = 0; call < CALLS; call++) {
                    seen.addAll(call(random));
                }
                return seen;
            }));
        }
        List<String> seen = new ArrayList<>();
        for (CompletableFuture<List<String>> thread : threads) {
            seen.addAll(thread.get());
        }
        List<String> heard = new ArrayList<>();
        HEARD.events(Acquired.class).forEach(event -> heard.add("granted"));
        HEARD.events(NotAcquired.class)
                .forEach(event -> heard.add(event.outcome().name()));
        assertThat(count(heard, text -> text)).isEqualTo(count(seen, text -> text));
        assertThat(seen).contains("granted", "SKIPPED", "TIMEOUT", "INTERRUPTED", "REFUSED");
        assertThat(count(HEARD.events(Released.class), this::described))
                .isEqualTo(count(HEARD.events(Acquired.class), this::described));
        assertThat(HEARD.events(Lost.class)).isEmpty();
    }

    private String described(LockEvent event) {
        return event.lock() + " " + event.scope() + " " + event.mode() + " " + event.permits();
    }
}
