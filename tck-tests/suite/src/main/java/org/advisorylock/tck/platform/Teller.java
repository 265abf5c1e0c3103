package org.advisorylock.tck.platform;

import jakarta.annotation.Resource;
import jakarta.ejb.SessionContext;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.util.concurrent.TimeUnit;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.OnTimeout;
import org.advisorylock.TransactionLocks;
import org.advisorylock.tck.Task;

/** A stateless bean with a method for each transaction attribute. */
@Stateless
public class Teller {

    @Resource
    SessionContext context;

    @Inject
    TransactionLocks locks;

    /** Its caller's transaction or its own: the default. */
    @AdvisoryLock("account:{id}")
    public void required(int id, Task task) throws Exception {
        task.run();
    }

    /** Its own. */
    @TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
    @AdvisoryLock("account:{id}")
    public void requiresNew(int id, Task task) throws Exception {
        task.run();
    }

    /** Its caller's. */
    @TransactionAttribute(TransactionAttributeType.MANDATORY)
    @AdvisoryLock("account:{id}")
    public void mandatory(int id, Task task) throws Exception {
        task.run();
    }

    /** Its caller's or none. */
    @TransactionAttribute(TransactionAttributeType.SUPPORTS)
    @AdvisoryLock("account:{id}")
    public void supports(int id, Task task) throws Exception {
        task.run();
    }

    /** None. */
    @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
    @AdvisoryLock("account:{id}")
    public void notSupported(int id, Task task) throws Exception {
        task.run();
    }

    /** None. */
    @TransactionAttribute(TransactionAttributeType.NEVER)
    @AdvisoryLock("account:{id}")
    public void never(int id, Task task) throws Exception {
        task.run();
    }

    /** Rolls back without an exception. */
    @AdvisoryLock("account:{id}")
    public void rollingBack(int id, Task task) throws Exception {
        task.run();
        context.setRollbackOnly();
    }

    /** Waits a little. */
    @AdvisoryLock(value = "account:{id}", accessTimeout = 50, unit = TimeUnit.MILLISECONDS)
    public void shortly(int id, Task task) throws Exception {
        task.run();
    }

    /** Skipped where it does not get its lock at once. */
    @AdvisoryLock(value = "account:{id}", accessTimeout = AdvisoryLock.IMMEDIATE, onTimeout = OnTimeout.SKIP)
    public boolean skipped(int id) {
        return true;
    }

    /** Makes sure of its lock. */
    @AdvisoryLock("account:{id}")
    public boolean sure(int id) {
        locks.assertHeld("account:" + id);
        return true;
    }

    /** Passes no interceptor. */
    public boolean aroundTheContainer(int id) {
        return sure(id);
    }

    /** Passes them all. */
    public boolean throughTheContainer(int id) {
        return context.getBusinessObject(Teller.class).sure(id);
    }
}
