package org.advisorylock.benchmarks.peers;

import java.util.List;
import java.util.Optional;
import org.advisorylock.testbed.ThrowingRunnable;
import org.redisson.Redisson;
import org.redisson.api.RLock;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** Redisson's locks in Redis, with the watchdog that prolongs them. */
final class RedissonLocks implements AccountLocks, AutoCloseable {

    private final RedissonClient client;

    RedissonLocks(int port) {
        Config config = new Config();
        config.useSingleServer().setAddress("redis://127.0.0.1:" + port);
        client = Redisson.create(config);
    }

    @Override
    public ThrowingRunnable acquire(List<Integer> accounts) {
        RLock lock = accounts.size() == 1
                ? lock(accounts.get(0))
                : client.getMultiLock(accounts.stream().map(this::lock).toArray(RLock[]::new));
        lock.lock();
        return lock::unlock;
    }

    @Override
    public Optional<ThrowingRunnable> tryAcquire(int account) {
        RLock lock = lock(account);
        return lock.tryLock() ? Optional.of(lock::unlock) : Optional.empty();
    }

    private RLock lock(int account) {
        return client.getLock("account:" + account);
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
