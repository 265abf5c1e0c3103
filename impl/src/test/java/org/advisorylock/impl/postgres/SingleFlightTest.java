package org.advisorylock.impl.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One thread finds the answer, and the others wait for it. */
@Timeout(60)
class SingleFlightTest {

    private static final long LONG = TimeUnit.MINUTES.toNanos(1);

    private final SingleFlight<String> once = new SingleFlight<>(LONG, System::nanoTime);
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);
    private final AtomicInteger found = new AtomicInteger();

    private static long in(long nanos) {
        return System.nanoTime() + nanos;
    }

    private String slow() throws Exception {
        found.incrementAndGet();
        reached.countDown();
        open.await();
        return "found";
    }

    private static <T> CompletableFuture<T> startWaiter(SingleFlight.Finder<T> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(call.find());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        thread.start();
        while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TIMED_WAITING) {
            LockSupport.parkNanos(1_000_000);
        }
        return result;
    }

    @Test
    void aResultIsThatOfAllAndIsKept() throws Exception {
        List<CompletableFuture<String>> callers = new ArrayList<>();
        for (int caller = 0; caller < 5; caller++) {
            callers.add(startWaiter(() -> once.get(in(LONG), this::slow)));
        }
        open.countDown();
        for (CompletableFuture<String> caller : callers) {
            assertThat(caller.get()).isEqualTo("found");
        }
        assertThat(once.get(in(0), this::slow)).isEqualTo("found");
        assertThat(found).hasValue(1);
        once.forget();
        assertThat(once.get(in(0), this::slow)).isEqualTo("found");
        assertThat(found).hasValue(2);
    }

    @Test
    void aFailureIsThatOfAllWhoWaitedAndTheNextOneTriesAnew() throws Exception {
        SingleFlight.Finder<String> failing = () -> {
            slow();
            throw new IOException("no");
        };
        CompletableFuture<String> one = startWaiter(() -> once.get(in(LONG), failing));
        CompletableFuture<String> other = startWaiter(() -> once.get(in(LONG), failing));
        open.countDown();
        Throwable first = catchThrowable(one::get).getCause();
        assertThat(first).isInstanceOf(IOException.class);
        assertThat(catchThrowable(other::get).getCause()).isSameAs(first);
        assertThat(found).hasValue(1);
        assertThat(once.get(in(0), this::slow)).isEqualTo("found");
    }

    @Test
    void whoWaitsEndsAtItsOwnDeadline() throws Exception {
        CompletableFuture<String> finder = startWaiter(() -> once.get(in(LONG), this::slow));
        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> once.get(in(0), this::slow));
        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> once.get(in(1_000_000), this::slow));
        open.countDown();
        assertThat(finder.get()).isEqualTo("found");
        assertThat(found).hasValue(1);
    }

    @Test
    void theDeadlineOfTheFinderIsNoFailureOfTheOthers() throws Exception {
        CompletableFuture<String> finder = startWaiter(() -> once.get(in(LONG), () -> {
            slow();
            throw new TimeoutException("mine");
        }));
        CompletableFuture<String> other = startWaiter(() -> once.get(in(LONG), () -> "by the other"));
        open.countDown();
        assertThat(catchThrowable(finder::get).getCause()).isInstanceOf(TimeoutException.class);
        assertThat(other.get()).isEqualTo("by the other");
    }

    @Test
    void whoIsOutOfPatienceTriesByItself() throws Exception {
        SingleFlight<String> impatient = new SingleFlight<>(1_000_000, System::nanoTime);
        CompletableFuture<String> finder = startWaiter(() -> impatient.get(in(LONG), this::slow));
        assertThat(impatient.get(in(LONG), () -> "by the other")).isEqualTo("by the other");
        open.countDown();
        assertThat(finder.get()).isNotNull();
        assertThat(impatient.get(in(0), this::slow)).isNotNull();
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        CompletableFuture<String> finder = startWaiter(() -> once.get(in(LONG), this::slow));
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> once.get(in(LONG), this::slow));
        open.countDown();
        assertThat(finder.get()).isEqualTo("found");
    }
}
