package org.advisorylock.impl.transaction;

import static org.advisorylock.LockMode.EXCLUSIVE;
import static org.advisorylock.LockMode.SHARED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.transaction.GateActor.Manner;
import org.junit.jupiter.api.Test;

/**
 * All orders in which transactions can arrive at gates, be granted their keys or refused, time out, be interrupted,
 * commit, and be ended by another thread. The classes are the real ones. One step is what happens under one monitor.
 */
class GateModelTest {

    private static final DatabaseKey K = key(1);
    private static final DatabaseKey L = key(2);

    private static DatabaseKey key(long number) {
        return new DatabaseKey("database", AdvisoryLockKey.of(number));
    }

    /** Chooses among several possibilities: first as in an earlier run, then always the first one. */
    private static final class Choices {
        private final List<int[]> taken = new ArrayList<>();
        private int at;

        int of(int possibilities) {
            if (at == taken.size()) {
                taken.add(new int[] {0, possibilities});
            }
            return taken.get(at++)[0];
        }

        /** Whether this run has passed the choices that it shares with an earlier run. */
        boolean isNew() {
            return at == taken.size();
        }

        /** Goes back to the last choice that has another possibility; false if there is none. */
        boolean next() {
            while (!taken.isEmpty()) {
                int[] last = taken.get(taken.size() - 1);
                if (++last[0] < last[1]) {
                    at = 0;
                    return true;
                }
                taken.remove(taken.size() - 1);
            }
            return false;
        }
    }

    /** Lets another thread end a transaction at each point where it does not hold its monitor. */
    private static final class WatchedGates extends Gates {
        private final Choices choices;

        WatchedGates(Choices choices) {
            super(System::nanoTime);
            this.choices = choices;
        }

        private void disturb(Entry entry) {
            if (!Thread.holdsLock(entry.transaction) && choices.of(2) == 1) {
                entry.transaction.end();
            }
        }

        @Override
        void arrive(DatabaseKey key, Entry entry) {
            disturb(entry);
            super.arrive(key, entry);
            disturb(entry);
        }

        @Override
        void enter(DatabaseKey key, Entry entry) {
            disturb(entry);
            super.enter(key, entry);
            disturb(entry);
        }

        @Override
        void goPast(DatabaseKey key, Entry entry) {
            disturb(entry);
            super.goPast(key, entry);
            disturb(entry);
        }

        @Override
        void leave(DatabaseKey key, Entry entry) {
            disturb(entry);
            super.leave(key, entry);
            disturb(entry);
        }
    }

    /** One order of events: from the beginning until all transactions have ended, or until a known state. */
    private static final class Order {
        private final Gates gates;
        private final List<GateActor> actors;
        private final List<GateActor.ActorStep> steps = new ArrayList<>();

        Order(Choices choices, List<GateActor.Plan> plans) {
            gates = new WatchedGates(choices);
            GateKeeper keeper = new GateKeeper(gates, true, System::nanoTime);
            actors = plans.stream()
                    .map(plan -> new GateActor(plan, gates, keeper))
                    .toList();
        }

        void run(Choices choices, Set<String> seen) {
            while (true) {
                List<GateActor.ActorStep> possible = actors.stream()
                        .flatMap(actor -> actor.possible().stream())
                        .toList();
                if (possible.isEmpty()) {
                    requireOpen();
                    return;
                }
                GateActor.ActorStep step = possible.get(choices.of(possible.size()));
                steps.add(step);
                step.action().run();
                if (choices.isNew()) {
                    requireOrder(K);
                    requireOrder(L);
                    actors.forEach(actor -> require(actor.isInItsPlace(gates), "stands where it must"));
                    if (!seen.add(state())) {
                        return;
                    }
                }
            }
        }

        private void require(boolean kept, String promise) {
            if (!kept) {
                throw new AssertionError("not kept: " + promise + ", after " + steps);
            }
        }

        private void requireOrder(DatabaseKey key) {
            List<Gates.Entry> inside = inside(key);
            List<Gates.Entry> queued =
                    inside.stream().filter(entry -> !isPast(entry, key)).toList();
            require(
                    queued.size() <= 1 || queued.stream().allMatch(entry -> entry.mode == SHARED),
                    "one exclusive, or only shared");
            boolean waitsAtAnOpenGate = gates.at(key).stream()
                    .filter(entry -> !entry.isAdmitted())
                    .limit(1)
                    .anyMatch(first -> inside.stream().allMatch(entry -> entry.mode == SHARED && first.mode == SHARED));
            require(!waitsAtAnOpenGate, "nobody waits at an open gate");
        }

        private List<Gates.Entry> inside(DatabaseKey key) {
            return gates.at(key).stream().filter(Gates.Entry::isAdmitted).toList();
        }

        private boolean isPast(Gates.Entry entry, DatabaseKey key) {
            return actors.stream().anyMatch(actor -> actor.isPast(entry.transaction, key));
        }

        private void requireOpen() {
            for (DatabaseKey key : List.of(K, L)) {
                require(gates.at(key).isEmpty(), "nothing is left");
                LockingTransaction newcomer = new LockingTransaction(gates);
                newcomer.ask(key);
                Gates.Entry place = newcomer.arrive(key, EXCLUSIVE, GateActor.attempt(EXCLUSIVE));
                require(place != null && place.isAdmitted(), "opens again");
                newcomer.end();
            }
        }

        private String state() {
            StringBuilder state = new StringBuilder();
            actors.forEach(state::append);
            for (DatabaseKey key : List.of(K, L)) {
                state.append('|');
                for (Gates.Entry entry : gates.at(key)) {
                    for (int i = 0; i < actors.size(); i++) {
                        if (actors.get(i).isOf(entry.transaction)) {
                            state.append(i).append(entry.isAdmitted());
                        }
                    }
                }
            }
            return state.toString();
        }
    }

    /** Returns the number of states. */
    private static int explore(List<GateActor.Plan> plans) {
        Choices choices = new Choices();
        Set<String> seen = new HashSet<>();
        do {
            new Order(choices, plans).run(choices, seen);
        } while (choices.next());
        return seen.size();
    }

    private static List<GateActor.Plan> plans(int tries, DatabaseKey... keys) {
        List<GateActor.Plan> plans = new ArrayList<>();
        for (LockMode mode : LockMode.values()) {
            for (Manner way : Manner.values()) {
                plans.add(new GateActor.Plan(mode, way, tries, List.of(keys)));
            }
        }
        return plans;
    }

    @Test
    void twoTransactionsThatTryTwiceLeaveTheGateOpen() {
        List<GateActor.Plan> plans = plans(2, K);
        int states = 0;
        for (GateActor.Plan one : plans) {
            for (GateActor.Plan other : plans) {
                states += explore(List.of(one, other));
            }
        }
        assertThat(states).isGreaterThan(1000);
    }

    @Test
    void threeTransactionsLeaveTheGateOpen() {
        List<GateActor.Plan> plans = plans(1, K);
        int states = 0;
        for (int one = 0; one < plans.size(); one++) {
            for (int two = one; two < plans.size(); two++) {
                for (int three = two; three < plans.size(); three++) {
                    states += explore(List.of(plans.get(one), plans.get(two), plans.get(three)));
                }
            }
        }
        assertThat(states).isGreaterThan(10_000);
    }

    @Test
    void twoTransactionsWithTwoKeysLeaveBothGatesOpen() {
        List<GateActor.Plan> both = plans(1, K, L);
        List<GateActor.Plan> others = new ArrayList<>(both);
        others.addAll(plans(1, L));
        int states = 0;
        for (GateActor.Plan one : both) {
            for (GateActor.Plan other : others) {
                states += explore(List.of(one, other));
            }
        }
        assertThat(states).isGreaterThan(1000);
    }
}
