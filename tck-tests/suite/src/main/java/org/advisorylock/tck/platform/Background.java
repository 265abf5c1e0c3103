package org.advisorylock.tck.platform;

import jakarta.ejb.AsyncResult;
import jakarta.ejb.Asynchronous;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.Future;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.tck.Database;

/** Works in a thread of the container. */
@Stateless
@Asynchronous
public class Background {

    @Inject
    Database database;

    /** Gives the keys that are held meanwhile. */
    @AdvisoryLock("report:{id}")
    public Future<List<AdvisoryLockKey>> report(int id) {
        return new AsyncResult<>(database.heldKeys());
    }

    /** Fails after its lock. */
    @AdvisoryLock("report:{id}")
    public Future<List<AdvisoryLockKey>> broken(int id) {
        throw new IllegalStateException("held " + database.heldKeys());
    }
}
