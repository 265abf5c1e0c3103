package org.advisorylock.benchmarks.peers;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider.Configuration;
import org.advisorylock.testbed.ThrowingRunnable;
import org.springframework.jdbc.core.JdbcTemplate;

/** ShedLock in a table. It cannot wait, so who has to wait asks again and again. */
final class ShedLockLocks implements AccountLocks {

    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

    private final LockProvider provider;

    ShedLockLocks(DataSource dataSource) {
        provider = new JdbcTemplateLockProvider(Configuration.builder()
                .withJdbcTemplate(new JdbcTemplate(dataSource))
                .usingDbTime()
                .build());
    }

    @Override
    public ThrowingRunnable acquire(List<Integer> accounts) throws Exception {
        return AccountLocks.oneByOne(accounts, account -> {
            Optional<ThrowingRunnable> release = tryAcquire(account);
            while (release.isEmpty()) {
                LockSupport.parkNanos(PAUSE);
                release = tryAcquire(account);
            }
            return release.get();
        });
    }

    @Override
    public Optional<ThrowingRunnable> tryAcquire(int account) {
        LockConfiguration wanted =
                new LockConfiguration(Instant.now(), "account:" + account, Duration.ofMinutes(10), Duration.ZERO);
        return provider.lock(wanted).map(lock -> lock::unlock);
    }
}
