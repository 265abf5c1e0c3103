package org.advisorylock.impl.group;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Makes the number of a holder out of the clocks of the databases that it holds. Later holders have one of these
 * databases in common with it, and so a greater number: it is given only when a majority of the clocks is past it. If
 * all answer that is so at once, since the number is the clock in the middle.
 *
 * @see <a href="https://research.google/pubs/spanner-googles-globally-distributed-database-2/">Spanner: commit wait</a>
 */
final class CommitWait {

    static final Duration MOST_SKEW = Duration.ofSeconds(10);

    /** How long to wait for the rest of the clocks, to have the one in the middle. */
    private static final Duration FOR_THE_REST = Duration.ofMillis(100);

    /** The clock of a database, asked by the session that holds the lock there; so an answer shows that it is held. */
    @FunctionalInterface
    interface Clock {
        /** Microseconds. */
        long read() throws SQLException;
    }

    /** A clock is so far behind that nobody would wait for it. */
    static final class Skew extends Exception {
        private static final long serialVersionUID = 1;

        Skew(long micros) {
            super(micros / 1000 + " ms behind");
        }
    }

    /** There is no majority of clocks, for these reasons. */
    static final class NoMajority extends RuntimeException {
        private static final long serialVersionUID = 1;

        NoMajority(List<Exception> reasons) {
            super("no majority of clocks");
            reasons.forEach(this::addSuppressed);
        }
    }

    private final List<Clock> clocks;
    private final int majority;
    private final Executor workers;
    private final Consumer<Duration> pause;

    CommitWait(List<Clock> clocks, int majority, Executor workers) {
        this(clocks, majority, workers, time -> LockSupport.parkNanos(time.toNanos()));
    }

    CommitWait(List<Clock> clocks, int majority, Executor workers, Consumer<Duration> pause) {
        this.clocks = clocks;
        this.majority = majority;
        this.workers = workers;
        this.pause = pause;
    }

    /**
     * The number of a holder; blocks until a majority of the clocks is past it.
     *
     * @param waits one for each list of members: a holder before or after has a member of one of them in common, so the
     *     number must be right in each
     * @throws NoMajority if too few of a list answer
     */
    static long token(List<CommitWait> waits) {
        long token = 0;
        for (CommitWait wait : waits) {
            token = Math.max(token, wait.middle());
        }
        for (CommitWait wait : waits) {
            wait.pass(token);
        }
        return token;
    }

    /** The number that a majority is to be past: the clock in the middle, if all answer. */
    private long middle() {
        List<Long> times = enough(clocks.stream().<Callable<Long>>map(clock -> clock::read), FOR_THE_REST);
        // Of the earliest majority the greatest: whatever clock a holder before was told to be past, one of these is
        // it.
        return times.stream().sorted().skip(majority - 1L).findFirst().orElseThrow();
    }

    /** Blocks until a majority is past it: as long as the clocks are apart, if not all answer. */
    private void pass(long token) {
        List<Long> unused =
                enough(clocks.stream().<Callable<Long>>map(clock -> () -> past(token, clock)), Duration.ZERO);
    }

    private List<Long> enough(Stream<Callable<Long>> questions, Duration patience) {
        Quorum<Long> quorum = Quorum.ask(questions.toList(), workers);
        List<Long> answers = quorum.first(majority, patience);
        if (answers.size() < majority) {
            throw new NoMajority(quorum.failures());
        }
        return answers;
    }

    private long past(long token, Clock clock) throws SQLException, Skew {
        while (true) {
            long now = clock.read();
            if (now > token) {
                return now;
            }
            long behind = token - now;
            if (behind > MOST_SKEW.toNanos() / 1000) {
                throw new Skew(behind);
            }
            pause.accept(Duration.ofNanos((behind + 1) * 1000));
        }
    }
}
