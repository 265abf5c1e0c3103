package org.advisorylock.benchmarks.peers;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.SessionLocks;
import org.advisorylock.benchmarks.BenchmarkApplication;
import org.advisorylock.testbed.JtaStack;
import org.advisorylock.testbed.JtaStack.Enlistment;

/**
 * All ways that are possible here, each used rightly. Transactions have a pool of ten connections. Locks that do not
 * belong to a transaction have a pool of their own outside JTA, with as many connections as threads may wait; the
 * library's session locks have another one.
 */
final class Ways implements AutoCloseable {

    private static final int POOL = 10;
    private static final String SESSION_PROPERTY = "advisorylock.session.datasource";

    private final List<Way> all = new ArrayList<>();
    private final Closing closing = new Closing();
    private final Tellers tellers;

    private Ways(Places places, int waiters) throws Exception {
        JtaStack jta = closing.add(JtaStack.start());
        DataSource plain = jta.pool(Enlistment.NONE, places.jdbcUrl(), Math.max(POOL, waiters));
        BenchmarkApplication<Tellers> application = closing.add(application(jta, places));
        tellers = application.bean();
        inTransaction();
        SessionLocks sessions = application.select(SessionLocks.class);
        around(Contender.SHEDLOCK, new ShedLockLocks(plain));
        around(Contender.SPRING, new SpringLocks(plain));
        if (places.redis().isPresent()) {
            around(
                    Contender.REDISSON,
                    closing.add(new RedissonLocks(places.redis().getAsInt())));
        }
        if (places.zooKeeper().isPresent()) {
            around(
                    Contender.CURATOR,
                    closing.add(new CuratorLocks(places.zooKeeper().getAsInt())));
        }
        around(Contender.SESSION_BY_HAND, new SessionByHand(plain));
        around(Contender.SESSION_LOCKS, new OwnLocks(sessions));
        all.add(new Way(Contender.SESSION_SCOPE, tellers::withdrawInSession, tellers::tryInSession, Way.NO_MISTAKE));
    }

    /** Opens them for this many threads. */
    static Ways open(Places places, int waiters) throws Exception {
        return new Ways(places, waiters);
    }

    private BenchmarkApplication<Tellers> application(JtaStack jta, Places places) throws Exception {
        SessionDataSource.NEXT.set(jta.pool(Enlistment.NONE, places.jdbcUrl(), POOL));
        System.setProperty(SESSION_PROPERTY, SessionDataSource.NAME);
        closing.add(() -> System.clearProperty(SESSION_PROPERTY));
        BenchmarkApplication<Tellers> application = BenchmarkApplication.on(
                jta.pool(Enlistment.LOCAL, places.jdbcUrl(), POOL), Tellers.class, SessionDataSource.class);
        // The sessions find their DataSource at the first call.
        application.bean().withdrawInSession(List.of(0), () -> {});
        return application;
    }

    private void inTransaction() {
        all.add(new Way(
                Contender.NO_LOCK,
                (accounts, work) -> tellers.withdraw(accounts.get(0), work),
                Way.NO_ATTEMPT,
                Way.NO_MISTAKE));
        all.add(new Way(Contender.BY_HAND, tellers::withdrawByHand, tellers::tryByHand, Way.NO_MISTAKE));
        all.add(new Way(Contender.BY_HAND_LOOP, tellers::withdrawByHandInALoop, Way.NO_ATTEMPT, Way.NO_MISTAKE));
        all.add(new Way(Contender.FOR_UPDATE, tellers::withdrawForUpdate, tellers::tryForUpdate, Way.NO_MISTAKE));
        all.add(new Way(Contender.UPSERT, tellers::withdrawAfterUpsert, Way.NO_ATTEMPT, Way.NO_MISTAKE));
        all.add(new Way(
                Contender.ANNOTATION,
                (accounts, work) -> {
                    if (accounts.size() == 1) {
                        tellers.withdrawAnnotated(accounts.get(0), work);
                    } else {
                        tellers.withdrawAnnotated(accounts, work);
                    }
                },
                tellers::tryAnnotated,
                Way.NO_MISTAKE));
        all.add(new Way(Contender.TRANSACTION_LOCKS, tellers::withdrawInCode, tellers::tryInCode, Way.NO_MISTAKE));
        all.add(new Way(
                Contender.BY_HAND_THROWS,
                tellers::withdrawByHand,
                account -> isNotThrown(() -> tellers.tryByHandOrThrow(account)),
                Way.NO_MISTAKE));
        all.add(new Way(
                Contender.ANNOTATION_THROWS,
                tellers::withdrawAnnotated,
                account -> isNotThrown(() -> tellers.tryAnnotatedOrThrow(account)),
                Way.NO_MISTAKE));
    }

    private static boolean isNotThrown(Callable<Boolean> attempt) throws Exception {
        try {
            return attempt.call();
        } catch (IllegalStateException | LockTimeoutException refused) {
            return false;
        }
    }

    private void around(Contender contender, AccountLocks locks) {
        all.add(Way.around(contender, locks, tellers));
    }

    Tellers tellers() {
        return tellers;
    }

    /** Those that can take part, in their order. */
    List<Way> of(Collection<Contender> wanted) {
        return all.stream().filter(way -> wanted.contains(way.contender())).toList();
    }

    Way of(Contender contender) {
        return of(List.of(contender)).get(0);
    }

    @Override
    public void close() {
        closing.close();
    }
}
