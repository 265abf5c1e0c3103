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
 * Makes the fencing token of a lock over several databases from their clocks. Each later holder has one of these
 * databases in common with this holder. So its token is greater, because a token is given only when a majority of the
 * clocks has passed it. If all clocks answer, the token is the one in the middle, and nobody has to wait.
 *
 * @see <a href="https://research.google/pubs/spanner-googles-globally-distributed-database-2/">Spanner: commit wait</a>
 */
final class CommitWait {

    static final Duration MOST_SKEW = Duration.ofSeconds(10);

    /** How long to wait for the other clocks, so that the one in the middle is known. */
    private static final Duration FOR_THE_REST = Duration.ofMillis(100);

    /** The clock of a database. The session that holds the lock there is asked, so an answer shows that it holds it. */
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

    /** No majority of clocks answered, for these reasons. */
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

    /** The number that a majority must pass: the clock in the middle, if all answer. */
    private long middle() {
        List<Long> times = enough(clocks.stream().<Callable<Long>>map(clock -> clock::read), FOR_THE_REST);
        // Of the earliest majority the greatest: whatever clock a holder before was told to be past, one of these is
        // it.
        return times.stream().sorted().skip(majority - 1L).findFirst().orElseThrow();
    }

    /** Blocks until a majority has passed it. If not all answer, that takes as long as the clocks differ. */
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
