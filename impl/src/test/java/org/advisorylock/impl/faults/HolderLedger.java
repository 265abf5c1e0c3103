package org.advisorylock.impl.faults;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * The holders of a lock, of applications that run in one JVM, so that the test can ask all of them at one instant. It
 * notes each foul.
 *
 * <p>A holder that says in two rounds that it holds the lock has held it all the time between them, because a lost
 * handle is never held again. So all who say so twice hold the lock together at the instant between the rounds. That is
 * a foul at once, unless an application had a fault: PostgreSQL grants the locks of an ended session to others, and
 * tells nobody that the session has ended. Then it is a foul if it lasts for longer than such a loss may stay unknown.
 */
final class HolderLedger {

    /** One who holds something. */
    static final class LedgerHolder {
        private final boolean alone;
        private final BooleanSupplier isHeld;
        private final Trouble.Victim application;
        private final long asked;
        private final long entered = System.nanoTime();

        /**
         * @param alone whether it shares the lock with nobody
         * @param asked from when on a fault of the application counts, by {@link System#nanoTime}
         */
        LedgerHolder(boolean alone, BooleanSupplier isHeld, Trouble.Victim application, long asked) {
            this.alone = alone;
            this.isHeld = isHeld;
            this.application = application;
            this.asked = asked;
        }

        boolean isAlone() {
            return alone;
        }

        private boolean isHeld() {
            return isHeld.getAsBoolean();
        }

        private boolean hadFault() {
            return application.hadFaultSince(asked);
        }

        @Override
        public String toString() {
            long now = System.nanoTime();
            return application.name() + (alone ? "" : " (shared)") + ", asked " + (now - asked) / 1_000_000
                    + " ms ago, had it " + (now - entered) / 1_000_000 + " ms ago, last fault "
                    + application.wellForMillis() + " ms ago";
        }
    }

    /** Of one lock. */
    final class LedgerPage {
        private final String name;
        private final int most;
        private final Set<LedgerHolder> holders = ConcurrentHashMap.newKeySet();
        private final AtomicLong greatest = new AtomicLong();

        private LedgerPage(String name, int most) {
            this.name = name;
            this.most = most;
        }

        /** Notes one who may hold it now. */
        void enter(LedgerHolder holder) {
            holders.add(holder);
        }

        void leave(LedgerHolder holder) {
            holders.remove(holder);
        }

        /** Asks all of them. */
        void check() {
            check(List.copyOf(holders));
        }

        /** Asks some. */
        void check(List<LedgerHolder> some) {
            List<LedgerHolder> first =
                    some.stream().filter(LedgerHolder::isHeld).toList();
            long now = System.nanoTime();
            List<LedgerHolder> together =
                    first.stream().filter(LedgerHolder::isHeld).toList();
            List<LedgerHolder> sure =
                    together.stream().filter(one -> !one.hadFault()).toList();
            if (areTooMany(sure)) {
                foul(name + " is held by " + sure.size() + " at once, although all is well: " + sure);
            }
            if (areTooMany(together)) {
                // The newest holder may be the only one that really holds it.
                long last = together.stream()
                        .mapToLong(one -> now - one.entered)
                        .min()
                        .orElse(0);
                unknown.accumulateAndGet(last, Math::max);
                if (last > longestUnknown.toNanos() + lateness.millis() * 3_000_000) {
                    foul(name + " is held by " + together.size() + " for " + last / 1_000_000 + " ms: " + together);
                }
            }
        }

        private boolean areTooMany(List<LedgerHolder> some) {
            return some.size() > (some.stream().anyMatch(one -> one.alone) ? 1 : most);
        }

        /** Notes the token of a holder that says it is alone. */
        void token(long token, LedgerHolder holder) {
            long before = greatest.getAndAccumulate(token, Math::max);
            if (before >= token && holder.isHeld() && !holder.hadFault()) {
                foul(name + " has token " + token + " after " + before + ": " + holder);
            }
        }
    }

    private final Duration longestUnknown;
    private final Runnable evidence;
    private final Lateness lateness;
    private final AtomicLong unknown = new AtomicLong();
    private final Map<String, LedgerPage> pages = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> fouls = new ConcurrentLinkedQueue<>();

    /**
     * @param longestUnknown how long a loss may stay unknown
     * @param lateness of the machine, which is added
     * @param evidence runs at a foul, to show what the server knows
     */
    HolderLedger(Duration longestUnknown, Lateness lateness, Runnable evidence) {
        this.evidence = evidence;
        this.longestUnknown = longestUnknown;
        this.lateness = lateness;
    }

    /** @param most how many holders may share the lock, unless one of them is alone */
    LedgerPage page(String name, int most) {
        return pages.computeIfAbsent(name, any -> new LedgerPage(name, most));
    }

    void foul(String what) {
        fouls.add(what);
        System.out.println("Foul: " + what);
        evidence.run();
    }

    /** Each kind once. */
    Set<String> fouls() {
        return new TreeSet<>(fouls);
    }

    int countOfFouls() {
        return fouls.size();
    }

    /** The longest time for which a holder did not know that another one had its lock. */
    long unknownMillis() {
        return unknown.get() / 1_000_000;
    }
}
