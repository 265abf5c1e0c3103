package org.advisorylock.impl.faults;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.InvalidTransactionException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Synchronization;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.util.Map;
import java.util.WeakHashMap;
import javax.transaction.xa.XAResource;

/** Narayana without the extension to the standard: its transactions do not tell how much time is left. */
@ApplicationScoped
@Alternative
@Priority(1)
class SilentManager implements TransactionManager {

    private final ThreadLocal<Map<Transaction, Transaction>> silent = ThreadLocal.withInitial(WeakHashMap::new);

    private static TransactionManager real() {
        return BankApplication.manager();
    }

    @Override
    public Transaction getTransaction() throws SystemException {
        Transaction transaction = real().getTransaction();
        // The same object each time: Narayana's interceptor compares by identity.
        return transaction == null ? null : silent.get().computeIfAbsent(transaction, Silent::new);
    }

    @Override
    public void begin() throws NotSupportedException, SystemException {
        real().begin();
    }

    @Override
    public void commit()
            throws RollbackException, HeuristicMixedException, HeuristicRollbackException, SystemException {
        real().commit();
    }

    @Override
    public int getStatus() throws SystemException {
        return real().getStatus();
    }

    @Override
    public void resume(Transaction transaction) throws InvalidTransactionException, SystemException {
        real().resume(transaction);
    }

    @Override
    public void rollback() throws SystemException {
        real().rollback();
    }

    @Override
    public void setRollbackOnly() throws SystemException {
        real().setRollbackOnly();
    }

    @Override
    public void setTransactionTimeout(int seconds) throws SystemException {
        real().setTransactionTimeout(seconds);
    }

    @Override
    public Transaction suspend() throws SystemException {
        return real().suspend();
    }

    private record Silent(Transaction real) implements Transaction {

        @Override
        public void commit()
                throws RollbackException, HeuristicMixedException, HeuristicRollbackException, SystemException {
            real.commit();
        }

        @Override
        public boolean delistResource(XAResource resource, int flag) throws SystemException {
            return real.delistResource(resource, flag);
        }

        @Override
        public boolean enlistResource(XAResource resource) throws RollbackException, SystemException {
            return real.enlistResource(resource);
        }

        @Override
        public int getStatus() throws SystemException {
            return real.getStatus();
        }

        @Override
        public void registerSynchronization(Synchronization synchronization) throws RollbackException, SystemException {
            real.registerSynchronization(synchronization);
        }

        @Override
        public void rollback() throws SystemException {
            real.rollback();
        }

        @Override
        public void setRollbackOnly() throws SystemException {
            real.setRollbackOnly();
        }
    }
}
