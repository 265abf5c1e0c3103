package org.advisorylock.impl.faults;

import jakarta.transaction.TransactionManager;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.KeyHash;
import org.advisorylock.Leadership;
import org.advisorylock.LockDeadlockException;
import org.advisorylock.LockHandle;
import org.advisorylock.LockLostException;
import org.advisorylock.impl.leader.SessionElections;
import org.advisorylock.impl.postgres.SessionTimeouts;
import org.advisorylock.testbed.JtaStack;

/**
 * An application in a JVM of its own, started by {@link SecondJvm}. It works on the same test database, reports each
 * step by a line that begins with {@code >}, goes on when it reads a line, and ends with its parent.
 */
final class Worker {

    static final int KEYS = 10;
    static final int ACCOUNTS = 20;
    private static final int THREADS = 4;

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    private Worker() {}

    public static void main(String[] arguments) throws Exception {
        Worker worker = new Worker();
        Thread listener = new Thread(worker::listen, "parent");
        listener.setDaemon(true);
        listener.start();
        switch (arguments[0]) {
            case "hold" -> worker.hold(arguments[1], Integer.parseInt(arguments[2]));
            case "shuffle" -> worker.shuffle(Integer.parseInt(arguments[1]), Long.parseLong(arguments[2]));
            case "transfer" -> worker.transfer(Long.parseLong(arguments[1]));
            case "stand" -> worker.stand(arguments[1], arguments[2]);
            case "group" -> worker.group(arguments[1], List.of(arguments).subList(2, arguments.length));
            case "lead" -> worker.lead(List.of(arguments).subList(1, arguments.length));
            case "prepare" -> worker.prepare(arguments[1]);
            case "session" -> new SessionWork(worker.told).run(arguments);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        // Narayana's reaper would keep the JVM alive.
        System.exit(0);
    }

    private void listen() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                told.add(line);
            }
        } catch (IOException e) {
            say("FAILED " + e);
        }
        Runtime.getRuntime().halt(1);
    }

    static synchronized void say(String line) {
        System.out.println("> " + line);
        System.out.flush();
    }

    /** Takes a lock, adds one to an account, and commits when it is told to. */
    private void hold(String key, int account) throws Exception {
        try (BankApplication application = BankApplication.start()) {
            application.bank().locked("warm up", () -> 1);
            say("READY");
            told.take();
            try {
                application.bank().locked(key, () -> {
                    long sum = application.bank().add(account, 1);
                    say("HOLDING");
                    told.take();
                    return sum;
                });
                say("COMMITTED");
            } catch (Exception e) {
                say("REFUSED " + e);
            }
        }
    }

    /** Adds one to some of ten accounts in each transaction, in random order. */
    private void shuffle(int transactions, long seed) throws Exception {
        AtomicLong committed = new AtomicLong();
        AtomicLong added = new AtomicLong();
        AtomicLong deadlocks = new AtomicLong();
        try (BankApplication application = BankApplication.start()) {
            LockedBank bank = application.bank();
            bank.locked("warm up", () -> 1);
            say("READY");
            told.take();
            List<CompletableFuture<Integer>> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Random random = new Random(seed * THREADS + i);
                threads.add(BankApplication.async(() -> {
                    for (int n = 0; n < transactions / THREADS; n++) {
                        List<Integer> accounts = new ArrayList<>(
                                IntStream.rangeClosed(1, KEYS).boxed().toList());
                        Collections.shuffle(accounts, random);
                        List<Integer> some = accounts.subList(0, 2 + random.nextInt(4));
                        try {
                            bank.all(
                                    some.stream()
                                            .map(account -> "account:" + account)
                                            .toList(),
                                    () -> {
                                        for (int account : some) {
                                            bank.add(account, 1);
                                        }
                                        return 1;
                                    });
                            committed.incrementAndGet();
                            added.addAndGet(some.size());
                        } catch (LockDeadlockException e) {
                            deadlocks.incrementAndGet();
                        }
                    }
                    return 1;
                }));
            }
            for (CompletableFuture<Integer> thread : threads) {
                thread.get();
            }
        }
        say("DONE " + committed + " " + added + " " + deadlocks);
    }

    /** Moves money between accounts until it is killed, and notes each transfer in its own transaction. */
    private void transfer(long seed) throws Exception {
        try (BankApplication application = BankApplication.start()) {
            LockedBank bank = application.bank();
            say("READY");
            for (int i = 0; i < THREADS; i++) {
                Random random = new Random(seed * THREADS + i);
                // Killed backends make it fail. The balances show in the end whether an update was lost.
                Thread thread = new Thread(() -> {
                    for (; ; ) {
                        try {
                            transfer(bank, random);
                        } catch (Exception | AssertionError killed) {
                            say("FAILED " + rootCause(killed));
                        }
                    }
                });
                thread.setDaemon(true);
                thread.start();
            }
            told.take();
        }
    }

    private static Throwable rootCause(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static void transfer(LockedBank bank, Random random) throws Exception {
        int from = 1 + random.nextInt(ACCOUNTS);
        int to = 1 + (from + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
        int amount = random.nextInt(100);
        bank.all(List.of("account:" + from, "account:" + to), () -> {
            bank.add(from, -amount);
            bank.add(to, amount);
            bank.sql("INSERT INTO faults_transfer VALUES (" + from + ", " + to + ", " + amount + ")");
            return 1;
        });
    }

    /** Stands in an election until it is killed. */
    private void stand(String jdbcUrl, String name) throws Exception {
        try (BankApplication application = BankApplication.at(jdbcUrl)) {
            application.elections().stand(GuardedRow.ELECTION, new Contender(application.bank(), name));
            say("READY");
            told.take();
        }
    }

    /**
     * Takes the lock of a group of databases again and again until it is told to end. A referee outside the group notes
     * the holders.
     */
    private void group(String name, List<String> urls) throws Exception {
        long lost = 0;
        long longestWait = 0;
        try (GroupNode node = new GroupNode(urls, Duration.ofSeconds(2));
                Referee referee = new Referee(name)) {
            say("READY");
            told.take();
            while (told.isEmpty()) {
                long asked = System.nanoTime();
                try (LockHandle handle = node.acquire("fleet", 60_000)) {
                    longestWait = Math.max(longestWait, (System.nanoTime() - asked) / 1_000_000);
                    handle.onLost(referee::leave);
                    long token = handle.fencingToken();
                    if (handle.isHeld()) {
                        referee.enter(token);
                    }
                    referee.leave();
                    lost += handle.isHeld() ? 0 : 1;
                } catch (LockLostException e) {
                    lost++;
                } catch (AdvisoryLockException e) {
                    say("FAILED " + e);
                }
            }
        }
        say("DONE " + lost + " " + longestWait);
    }

    /** Stands in an election on a group of databases until it is killed. */
    private void lead(List<String> urls) throws Exception {
        Duration heartbeat = Heartbeat.INTERVAL;
        try (GroupNode node = new GroupNode(urls, SessionTimeouts.forLeaders(heartbeat, Heartbeat.GRACE));
                SessionElections elections = new SessionElections(
                        any -> node.async(),
                        KeyHash.MD5,
                        heartbeat,
                        event -> say((event.elected() ? "ELECTED " : "REVOKED ") + event.term() + " AT "
                                + System.currentTimeMillis()));
                Leadership leadership = elections.stand("fleet", new SilentLeader())) {
            say("READY");
            told.take();
            say("DONE " + leadership.isLeader());
        }
    }

    /** Leaves a prepared transaction that holds a lock: dies between the two phases of its commit. */
    private void prepare(String key) throws Exception {
        BankApplication application = BankApplication.on(JtaStack::xaDataSource);
        TransactionManager transactions = application.transactions();
        application.bank().locked("warm up", () -> 1);
        transactions.begin();
        application.locks().acquire(key);
        application.bank().add(1, 1);
        transactions.getTransaction().enlistResource(new Fatal());
        transactions.commit();
    }

    /** A second participant, which must prepare after the first. */
    private static final class Fatal implements XAResource {
        @Override
        public int prepare(Xid xid) {
            say("PREPARED");
            Runtime.getRuntime().halt(1);
            return XA_OK;
        }

        @Override
        public void commit(Xid xid, boolean onePhase) {}

        @Override
        public void end(Xid xid, int flags) {}

        @Override
        public void forget(Xid xid) {}

        @Override
        public int getTransactionTimeout() {
            return 0;
        }

        @Override
        public boolean isSameRM(XAResource other) {
            return other == this;
        }

        @Override
        public Xid[] recover(int flag) {
            return new Xid[0];
        }

        @Override
        public void rollback(Xid xid) {}

        @Override
        public boolean setTransactionTimeout(int seconds) {
            return false;
        }

        @Override
        public void start(Xid xid, int flags) {}
    }
}
