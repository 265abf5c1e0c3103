package org.advisorylock.examples.recipes;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockScope;

/** At most three imports at a time on all servers together, whether they run in one transaction or in many. */
@ApplicationScoped
public class Imports {
    private static final String INSERT = "INSERT INTO customer (name) VALUES (?)";

    @Inject
    Sql sql;

    // tag::three-at-a-time[]
    @Transactional
    @AdvisoryLock(value = "import", permits = 3)
    public void allOrNothing(Iterable<String> names) {
        names.forEach(name -> sql.update(INSERT, name));
    }

    @AdvisoryLock(value = "import", permits = 3, scope = LockScope.SESSION)
    public void oneByOne(Iterable<String> names) {
        names.forEach(name -> sql.update(INSERT, name)); // each in a transaction of its own
    }
    // end::three-at-a-time[]
}
