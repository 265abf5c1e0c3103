package org.advisorylock.tck.quarkus;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockScope;
import org.advisorylock.OnTimeout;

/** Beans with one mistake each, and one with none. */
final class MutinyMistakes {

    private MutinyMistakes() {}

    /** Right. */
    @ApplicationScoped
    public static class LaterUni {
        /** Right. */
        @Transactional
        @AdvisoryLock("job")
        public Uni<Long> run() {
            return Uni.createFrom().item(1L);
        }
    }

    /** If it is skipped, its caller subscribes to null. */
    @ApplicationScoped
    public static class SkippedUni {
        /** Wrong. */
        @Transactional
        @AdvisoryLock(value = "job", onTimeout = OnTimeout.SKIP)
        public Uni<Long> run() {
            return Uni.createFrom().item(1L);
        }
    }

    /** If it is skipped, its caller subscribes to null. */
    @ApplicationScoped
    public static class SkippedMulti {
        /** Wrong. */
        @Transactional
        @AdvisoryLock(value = "job", onTimeout = OnTimeout.SKIP)
        public Multi<Long> run() {
            return Multi.createFrom().item(1L);
        }
    }

    /** Its items come to each subscriber, whenever that subscribes. */
    @ApplicationScoped
    public static class MultiInTransaction {
        /** Wrong. */
        @Transactional
        @AdvisoryLock("job")
        public Multi<Long> run() {
            return Multi.createFrom().item(1L);
        }
    }

    /** The same. */
    @ApplicationScoped
    public static class MultiInSession {
        /** Wrong. */
        @AdvisoryLock(value = "job", scope = LockScope.SESSION)
        public Multi<Long> run() {
            return Multi.createFrom().item(1L);
        }
    }
}
