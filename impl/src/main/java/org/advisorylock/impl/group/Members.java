package org.advisorylock.impl.group;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.SessionTimeouts;
import org.advisorylock.impl.postgres.Wording;
import org.advisorylock.impl.session.DatabaseLocks;
import org.advisorylock.impl.session.Source;
import org.advisorylock.impl.session.hold.Failures;
import org.advisorylock.impl.session.hold.Handle;
import org.advisorylock.impl.session.link.Workers;
import org.jspecify.annotations.Nullable;

/** The databases of a group, and the questions that go to several of them. */
final class Members {

    private final String group;
    private final LongSupplier nanoClock;
    private final Voters<Member> voters;
    private final Workers workers;
    private final Duration heartbeat;

    Members(
            Source.Several source,
            Function<Source.One, DatabaseLocks> databases,
            Workers workers,
            SessionTimeouts timeouts,
            LongSupplier nanoClock) {
        this.group = source.name();
        this.nanoClock = nanoClock;
        this.workers = workers;
        this.heartbeat = timeouts.heartbeat();
        this.voters = Voters.of(
                source,
                one -> new Member(
                        group,
                        one.database(),
                        databases.apply(one),
                        workers,
                        new Memory(timeouts.untilTold(), nanoClock),
                        nanoClock));
    }

    /** The time by the clock of all requests. */
    long now() {
        return nanoClock.getAsLong();
    }

    /** The name of the group. */
    String group() {
        return group;
    }

    Voters<Member> voters() {
        return voters;
    }

    List<Member> all() {
        return voters.all();
    }

    int size() {
        return voters.all().size();
    }

    boolean isMajority(Collection<Member> some) {
        return voters.isMajority(some);
    }

    Workers workers() {
        return workers;
    }

    Duration heartbeat() {
        return heartbeat;
    }

    /** Most answers come within this time. */
    Duration usualAnswer() {
        return SessionTimeouts.shorter(Member.SILENCE, heartbeat);
    }

    /** Whether a majority answers that it still holds a lock. */
    boolean isMajorityAlive(Map<Member, Handle> held) {
        return voters.lists().stream().allMatch(list -> {
            List<Callable<Boolean>> questions = new ArrayList<>();
            of(list, held)
                    .forEach(handle -> questions.add(() -> {
                        handle.sendHeartbeat();
                        return true;
                    }));
            int majority = Voters.majorityOf(list);
            return Quorum.ask(questions, workers).first(majority, Duration.ZERO).size() >= majority;
        });
    }

    private static List<Handle> of(List<Member> list, Map<Member, Handle> held) {
        return held.entrySet().stream()
                .filter(entry -> list.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Asks for the fencing token of a lock, in a thread without a transaction. */
    long token(Claim request, Map<Member, Handle> held) {
        List<CommitWait> waits = voters.lists().stream()
                .map(list -> new CommitWait(
                        of(list, held).stream()
                                .<CommitWait.Clock>map(handle -> handle::clock)
                                .toList(),
                        Voters.majorityOf(list),
                        workers))
                .toList();
        try {
            return CompletableFuture.supplyAsync(() -> CommitWait.token(waits), workers)
                    .join();
        } catch (CompletionException e) {
            throw noToken(request, e.getCause());
        }
    }

    private AdvisoryLockException noToken(Claim request, @Nullable Throwable failure) {
        List<Throwable> reasons = failure == null ? List.of() : List.of(failure.getSuppressed());
        String all = reasons.stream().map(Throwable::getMessage).collect(Collectors.joining("; "));
        return reasons.stream().anyMatch(CommitWait.Skew.class::isInstance)
                ? new AdvisoryLockException(
                        CallMessage.CLOCKS_APART.text(request, group, Wording.describe(CommitWait.MOST_SKEW), all),
                        request.keys(),
                        failure)
                : Failures.toException(new SQLException(all, "?", failure), request);
    }

    /** Releases what members have granted. */
    void release(Collection<Handle> handles) {
        handles.forEach(handle -> workers.execute(handle::close));
    }

    /** Releases it too, and waits for the members that answer as fast as usual. */
    void releaseAndWait(Collection<Handle> handles) {
        await(CompletableFuture.allOf(handles.stream()
                .map(handle -> CompletableFuture.runAsync(handle::close, workers))
                .toArray(CompletableFuture[]::new)));
    }

    /** Waits for something that usually takes a moment, but no longer than a late member may take. */
    void await(CompletableFuture<?> end) {
        CompletableFuture<?> over = end.handle((result, failure) -> null);
        // completeOnTimeout uses a thread of the JDK, which would keep the class loader of this application for good.
        workers.after(
                SessionTimeouts.shorter(Duration.ofSeconds(1), heartbeat.dividedBy(2)), () -> over.complete(null));
        over.join();
    }
}
