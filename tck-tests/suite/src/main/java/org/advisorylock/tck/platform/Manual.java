package org.advisorylock.tck.platform;

import jakarta.annotation.Resource;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import jakarta.transaction.UserTransaction;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.TransactionLocks;
import org.advisorylock.tck.Task;

/** A bean that manages its transactions itself. */
@Stateless
@TransactionManagement(TransactionManagementType.BEAN)
public class Manual {

    /** Not in a transaction that the bean has not begun. */
    @Inject
    PlainBean plain;

    @Inject
    TransactionLocks locks;

    @Resource
    UserTransaction transaction;

    /** Calls a locked bean in a transaction that commits. */
    public void commit(int id, Task inside, Task outside) throws Exception {
        transaction.begin();
        plain.run(id, inside);
        outside.run();
        transaction.commit();
    }

    /** Takes a lock in a transaction that rolls back. */
    public void rollback(String key, Task task) throws Exception {
        transaction.begin();
        locks.acquire(key);
        task.run();
        transaction.rollback();
    }

    /** Has no transaction: none was begun, and the container suspends a caller's. */
    @AdvisoryLock("manual:{id}")
    public void locked(int id, Task task) throws Exception {
        task.run();
    }

    /** Calls that in a transaction of its own. */
    public void nested(Manual other, int id, Task task) throws Exception {
        transaction.begin();
        try {
            other.locked(id, task);
        } finally {
            transaction.rollback();
        }
    }
}
