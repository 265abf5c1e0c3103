package org.advisorylock.impl.session;

import java.util.List;
import org.advisorylock.impl.postgres.LockDatabase;
import org.jspecify.annotations.Nullable;

/**
 * Where session locks are taken. These are no records: on JDK 17 the {@code equals} of a record keeps the class loader
 * of its components.
 */
public abstract sealed class Source {

    /** One database. */
    public static final class One extends Source {
        private final LockDatabase database;
        private final boolean dedicated;

        /** @param dedicated whether no transaction takes connections from its DataSource */
        public One(LockDatabase database, boolean dedicated) {
            this.database = database;
            this.dedicated = dedicated;
        }

        public LockDatabase database() {
            return database;
        }

        public boolean dedicated() {
            return dedicated;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof One one && one.database.equals(database) && one.dedicated == dedicated;
        }

        @Override
        public int hashCode() {
            return database.hashCode();
        }
    }

    /** Independent databases. A majority of them makes the lock. */
    public static final class Several extends Source {
        private final String name;
        private final List<One> members;
        private final List<One> former;

        /**
         * @param name as it is configured
         * @param members an odd number of them, 3 or more
         * @param former what JVMs that are not restarted yet have as members; empty if all have the same
         */
        public Several(String name, List<One> members, List<One> former) {
            this.name = name;
            this.members = List.copyOf(members);
            this.former = List.copyOf(former);
        }

        public String name() {
            return name;
        }

        public List<One> members() {
            return members;
        }

        public List<One> former() {
            return former;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Several several
                    && several.name.equals(name)
                    && several.members.equals(members)
                    && several.former.equals(former);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }
    }
}
