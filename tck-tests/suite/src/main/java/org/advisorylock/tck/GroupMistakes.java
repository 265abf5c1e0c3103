package org.advisorylock.tck;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockScope;

/** Beans with one mistake each about a group of databases, and one with none. */
final class GroupMistakes {

    private GroupMistakes() {}

    /** What is right. */
    @ApplicationScoped
    public static class NoGroup {
        /** Right. */
        @AdvisoryLock(value = "report", scope = LockScope.SESSION, dataSource = "fleet")
        public void run() {
            // Deployed, never called.
        }
    }

    /** A transaction is in one database. */
    @ApplicationScoped
    public static class InTransaction {
        /** Wrong. */
        @Transactional
        @AdvisoryLock(value = "report", dataSource = "fleet")
        public void run() {
            // Not deployed.
        }
    }

    /** Two majorities have one member in common. */
    @ApplicationScoped
    public static class WithPermits {
        /** Wrong. */
        @AdvisoryLock(value = "report", scope = LockScope.SESSION, dataSource = "fleet", permits = 2)
        public void run() {
            // Not deployed.
        }
    }

    /** No majority is left when one fails. */
    @ApplicationScoped
    public static class OfTwo {
        /** Wrong. */
        @AdvisoryLock(value = "report", scope = LockScope.SESSION, dataSource = "pair")
        public void run() {
            // Not deployed.
        }
    }
}
