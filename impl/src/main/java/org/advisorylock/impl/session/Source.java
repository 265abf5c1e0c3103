package org.advisorylock.impl.session;

import java.util.List;
import java.util.stream.Stream;
import org.advisorylock.impl.postgres.LockDatabase;

/** Where session locks are taken. */
public sealed interface Source {

    /**
     * One database.
     *
     * @param dedicated whether no transaction takes connections from its DataSource
     */
    record One(LockDatabase database, boolean dedicated) implements Source {}

    /**
     * Independent databases, of which a majority makes the lock.
     *
     * @param name as it is configured
     * @param members an odd number of them, 3 or more
     * @param former what JVMs that are not restarted yet have as members; empty if all have the same
     */
    record Several(String name, List<One> members, List<One> former) implements Source {

        /** All databases of both. */
        List<One> all() {
            return Stream.concat(members.stream(), former.stream()).distinct().toList();
        }
    }
}
