package org.advisorylock.benchmarks.peers;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import javax.sql.DataSource;
import org.advisorylock.testbed.ThrowingRunnable;
import org.springframework.integration.jdbc.lock.DefaultLockRepository;
import org.springframework.integration.jdbc.lock.JdbcLockRegistry;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/** Spring Integration's locks in a table, as its manual sets them up for PostgreSQL. */
final class SpringLocks implements AccountLocks {

    private final JdbcLockRegistry registry;

    SpringLocks(DataSource dataSource) {
        DefaultLockRepository repository = new DefaultLockRepository(dataSource);
        repository.setTransactionManager(new DataSourceTransactionManager(dataSource));
        repository.setInsertQuery(repository.getInsertQuery() + " ON CONFLICT DO NOTHING");
        repository.afterPropertiesSet();
        repository.afterSingletonsInstantiated();
        registry = new JdbcLockRegistry(repository);
    }

    @Override
    public ThrowingRunnable acquire(List<Integer> accounts) throws Exception {
        return AccountLocks.oneByOne(accounts, account -> {
            Lock lock = registry.obtain("account:" + account);
            lock.lock();
            return lock::unlock;
        });
    }

    @Override
    public Optional<ThrowingRunnable> tryAcquire(int account) {
        Lock lock = registry.obtain("account:" + account);
        return lock.tryLock() ? Optional.of(lock::unlock) : Optional.empty();
    }
}
