package org.advisorylock.impl.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Questions that the test answers when it likes. A caller waits only for the answers that it needs. */
@Timeout(60)
class QuorumTest {

    private static final Duration LONG = Duration.ofHours(1);

    private final List<Runnable> asked = new ArrayList<>();

    private static String fail(Exception failure) throws Exception {
        throw failure;
    }

    private Quorum<String> ask(List<Callable<String>> questions) {
        return Quorum.ask(questions, asked::add);
    }

    private void answer(int question) {
        asked.get(question).run();
    }

    @Test
    void givesTheFirstAnswersInTheOrderInWhichTheyCame() {
        Quorum<String> quorum = ask(List.of(() -> "a", () -> "b", () -> "c"));
        answer(2);
        answer(0);
        assertThat(quorum.first(2, Duration.ZERO)).containsExactly("c", "a");
        assertThat(quorum.failures()).isEmpty();
    }

    @Test
    void waitsForThoseThatAreNeeded() {
        Quorum<String> quorum = ask(List.of(() -> "a", () -> "b", () -> fail(new IOException("gone"))));
        answer(0);
        answer(2);
        CompletableFuture<List<String>> first = waiting(quorum, 2, Duration.ZERO, Thread.State.WAITING);
        answer(1);
        assertThat(first.join()).containsExactly("a", "b");
    }

    @Test
    void waitsForTheOthersNoLongerThanTheyNeed() {
        Quorum<String> quorum = ask(List.of(() -> "a", () -> "b", () -> fail(new IOException("gone"))));
        answer(0);
        answer(1);
        CompletableFuture<List<String>> first = waiting(quorum, 1, LONG, Thread.State.TIMED_WAITING);
        answer(2);
        assertThat(first.join()).containsExactly("a", "b");
    }

    private static CompletableFuture<List<String>> waiting(
            Quorum<String> quorum, int needed, Duration patience, Thread.State state) {
        CompletableFuture<List<String>> first = new CompletableFuture<>();
        Thread waiter = new Thread(() -> first.complete(quorum.first(needed, patience)));
        waiter.setDaemon(true);
        waiter.start();
        while (waiter.getState() != state) {
            assertThat(first).isNotDone();
            Thread.onSpinWait();
        }
        return first;
    }

    @Test
    void doesNotWaitForOthersLongerThanThePatience() {
        Quorum<String> quorum = ask(List.of(() -> "a", () -> "b"));
        answer(0);
        assertThat(quorum.first(1, Duration.ofMillis(1))).containsExactly("a");
    }

    @Test
    void givesFewerOnceSoManyHaveFailedThatTheRestIsNotEnough() {
        Error error = new StackOverflowError();
        Quorum<String> quorum = ask(List.of(() -> "a", () -> fail(new IOException("gone")), () -> {
            throw error;
        }));
        answer(1);
        answer(2);
        assertThat(quorum.first(2, LONG)).isEmpty();
        assertThat(quorum.failures())
                .satisfiesExactly(
                        gone -> assertThat(gone).isInstanceOf(IOException.class), wrapped -> assertThat(wrapped)
                                .isInstanceOf(ExecutionException.class)
                                .hasCause(error));
    }

    @Test
    void leavesAnInterruptedThreadInterruptedAndDoesNotWaitForOthers() {
        Quorum<String> quorum = ask(List.of(() -> "a", () -> "b"));
        answer(0);
        Thread.currentThread().interrupt();
        assertThat(quorum.first(1, LONG)).containsExactly("a");
        assertThat(Thread.interrupted()).isTrue();
    }
}
