package org.advisorylock.impl.session.link;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.advisorylock.impl.postgres.SessionConnection;
import org.advisorylock.impl.session.hold.Keeper;
import org.jspecify.annotations.Nullable;

/** A question that takes no lock. */
final class Question<T> extends Errand {

    private final Keeper.Operation<T> asking;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private @Nullable T came;

    Question(Keeper.Operation<T> asking) {
        this.asking = asking;
    }

    CompletableFuture<T> future() {
        return answer;
    }

    @Override
    void run(SessionConnection connection, SharedCounts shared) throws SQLException {
        came = asking.on(connection);
    }

    @Override
    void answer() {
        answer.complete(came);
    }

    @Override
    void fail(Throwable why) {
        answer.completeExceptionally(why);
    }
}
