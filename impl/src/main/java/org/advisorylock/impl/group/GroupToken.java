package org.advisorylock.impl.group;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.Texts;
import org.advisorylock.impl.session.hold.Failures;
import org.advisorylock.impl.session.hold.Handle;
import org.jspecify.annotations.Nullable;

/** Asks for the fencing token of a lock of a group, in a thread without a transaction. */
final class GroupToken {

    private final Group group;
    private final Claim request;

    GroupToken(Group group, Claim request) {
        this.group = group;
        this.request = request;
    }

    long of(Map<Member, Handle> held) {
        List<CommitWait> waits =
                group.voters().stream().map(list -> wait(list, held)).toList();
        try {
            return CompletableFuture.supplyAsync(() -> token(waits), group.workers())
                    .join();
        } catch (CompletionException e) {
            throw told(e.getCause());
        }
    }

    private CommitWait wait(Voters list, Map<Member, Handle> held) {
        List<CommitWait.Clock> clocks = new ArrayList<>();
        held.forEach((member, handle) -> {
            if (list.members().contains(member)) {
                clocks.add(handle::clock);
            }
        });
        return new CommitWait(clocks, list.majority(), group.workers(), GroupToken::pause);
    }

    private static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }

    /** With two lists of members a holder before or after has one of them in common, so it must be right in each. */
    private static long token(List<CommitWait> waits) {
        try {
            long token = 0;
            for (CommitWait wait : waits) {
                token = Math.max(token, wait.middle());
            }
            for (CommitWait wait : waits) {
                wait.pass(token);
            }
            return token;
        } catch (CommitWait.NoMajority e) {
            throw new CompletionException(e);
        }
    }

    private AdvisoryLockException told(@Nullable Throwable failure) {
        List<Throwable> reasons = failure == null ? List.of() : List.of(failure.getSuppressed());
        String all = reasons.stream().map(Throwable::getMessage).collect(Collectors.joining("; "));
        return reasons.stream().anyMatch(CommitWait.Skew.class::isInstance)
                ? new AdvisoryLockException(
                        Message.CLOCKS_APART.text(request, group.name(), Texts.of(CommitWait.MOST_SKEW), all),
                        request.keys(),
                        failure)
                : Failures.told(new SQLException(all, "?", failure), request);
    }
}
