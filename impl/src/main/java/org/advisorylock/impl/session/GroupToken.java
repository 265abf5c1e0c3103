package org.advisorylock.impl.session;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
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

    long of(Collection<Handle> held) {
        List<CommitWait.Clock> clocks =
                held.stream().<CommitWait.Clock>map(handle -> handle::clock).toList();
        CommitWait wait = new CommitWait(clocks, group.majority(), group.workers(), GroupToken::pause);
        try {
            return CompletableFuture.supplyAsync(() -> token(wait), group.workers())
                    .join();
        } catch (CompletionException e) {
            throw told(e.getCause());
        }
    }

    private static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }

    private static long token(CommitWait wait) {
        try {
            return wait.token();
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
