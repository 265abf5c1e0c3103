package org.advisorylock.tck.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.tck.Task;

/** Works with an entity manager under its locks. */
@ApplicationScoped
@Transactional
public class EntityBank {

    @PersistenceContext
    EntityManager entities;

    /** Reads and writes. */
    @AdvisoryLock("account:{id}")
    public void pay(int id, int amount) {
        entities.find(Account.class, id).add(amount);
    }

    /** Writes, and does something else. */
    @AdvisoryLock("account:{id}")
    public void open(int id, Task task) throws Exception {
        entities.persist(new Account(id));
        entities.flush();
        task.run();
    }

    /** Asks for a lock after the entity manager has worked. */
    public void openLate(EntityBank bank, int id, Task task) throws Exception {
        entities.persist(new Account(id));
        entities.flush();
        bank.locked(id, task);
    }

    /** Does something. */
    @AdvisoryLock("account:{id}")
    public void locked(int id, Task task) throws Exception {
        task.run();
    }

    /** The session of the entity manager. */
    public int backend() {
        return ((Number) entities.createNativeQuery("SELECT pg_catalog.pg_backend_pid()")
                        .getSingleResult())
                .intValue();
    }
}
