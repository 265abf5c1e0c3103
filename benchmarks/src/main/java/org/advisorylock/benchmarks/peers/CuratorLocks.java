package org.advisorylock.benchmarks.peers;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.advisorylock.testbed.ThrowingRunnable;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.locks.InterProcessLock;
import org.apache.curator.framework.recipes.locks.InterProcessMultiLock;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.retry.ExponentialBackoffRetry;

/** Curator's locks in ZooKeeper. */
final class CuratorLocks implements AccountLocks, AutoCloseable {

    private final CuratorFramework client;

    CuratorLocks(int port) {
        client = CuratorFrameworkFactory.newClient("127.0.0.1:" + port, new ExponentialBackoffRetry(1000, 3));
        client.start();
    }

    @Override
    public ThrowingRunnable acquire(List<Integer> accounts) throws Exception {
        InterProcessLock lock = accounts.size() == 1
                ? lock(accounts.get(0))
                : new InterProcessMultiLock(accounts.stream().map(this::lock).toList());
        lock.acquire();
        return lock::release;
    }

    @Override
    public Optional<ThrowingRunnable> tryAcquire(int account) throws Exception {
        InterProcessLock lock = lock(account);
        return lock.acquire(0, TimeUnit.MILLISECONDS) ? Optional.of(lock::release) : Optional.empty();
    }

    private InterProcessLock lock(int account) {
        return new InterProcessMutex(client, "/account/" + account);
    }

    @Override
    public void close() {
        client.close();
    }
}
