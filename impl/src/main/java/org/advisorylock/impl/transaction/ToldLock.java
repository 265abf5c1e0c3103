package org.advisorylock.impl.transaction;

import java.sql.Connection;
import java.sql.SQLException;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.impl.event.Story;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.LockDatabase;
import org.jspecify.annotations.Nullable;

/** A lock of a transaction, of which listeners hear. */
final class ToldLock {

    private final Story story;
    private final LockDatabase database;
    private final Claim request;
    private final @Nullable Connection driver;

    /** The one before it in the same transaction. The transaction changes it. */
    @Nullable
    ToldLock next;

    private ToldLock(Story story, LockDatabase database, Claim request, @Nullable Connection driver) {
        this.story = story;
        this.database = database;
        this.request = request;
        this.driver = driver;
    }

    /** @param connection on which it was granted */
    static ToldLock of(Story story, LockDatabase database, Claim request, Connection connection) {
        Connection driver;
        try {
            driver = database.driversOwn(connection);
        } catch (SQLException hidden) {
            driver = null;
        }
        return new ToldLock(story, database, request, driver);
    }

    LockDatabase database() {
        return database;
    }

    void grant() {
        story.grant(1);
    }

    /** Tells the end. */
    void tellEnd(boolean lost) {
        if (lost) {
            story.lose();
        }
        story.end();
        story.tellEnd();
    }

    /** Whether the connection was closed on this side: by the driver after an error, or by the pool. */
    boolean isDisconnected() {
        try {
            return driver != null && driver.isClosed();
        } catch (SQLException unknown) {
            return false;
        }
    }

    /** Whether the driver tells that the connection is still there. */
    boolean isConnected() {
        return driver != null && !isDisconnected();
    }

    /** Whether this and those before it are all of another request. */
    boolean coversAll(ToldLock other) {
        return other.request.keys().stream().allMatch(key -> covers(key, other));
    }

    private boolean covers(AdvisoryLockKey key, ToldLock other) {
        return LockedCall.covers(database, request, other.database, key, other.request)
                || (next != null && next.covers(key, other));
    }
}
