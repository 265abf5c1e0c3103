package org.advisorylock.impl.transaction;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockMode;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.transaction.Gates.Passage;
import org.jspecify.annotations.Nullable;

/** A transaction of the model and its thread: its position, and its next possible steps. */
final class GateActor {

    /** How it passes a gate. */
    enum Manner {
        /** Queues until its deadline. */
        QUEUES,
        /** Queues for a second, then waits in the database. */
        QUEUES_SHORTLY,
        /** Asks the database at once. */
        TRIES
    }

    record Plan(LockMode mode, Manner way, int tries, List<DatabaseKey> keys) {}

    record ActorStep(Plan plan, String what, Runnable action) {
        @Override
        public String toString() {
            return plan.mode() + " " + plan.way() + " " + what;
        }
    }

    private enum Phase {
        COMES,
        WAITS,
        ASKS,
        SETTLES,
        HOLDS,
        TURNS_BACK,
        GOES_ON,
        OVER
    }

    private final Plan plan;
    private final GateKeeper keeper;
    private final LockingTransaction transaction;
    private final Set<DatabaseKey> past = new HashSet<>();
    private Attempt attempt;
    private Phase phase = Phase.COMES;
    private int at;
    private int tries;
    private Gates.@Nullable Entry place;

    GateActor(Plan plan, Gates gates, GateKeeper keeper) {
        this.plan = plan;
        this.keeper = keeper;
        this.transaction = new LockingTransaction(gates);
        this.attempt = attempt(plan.mode());
        transaction.ask(plan.keys().toArray(DatabaseKey[]::new));
        begin();
    }

    private static Claim claim(LockMode mode) {
        return Claim.of(List.of(AdvisoryLockKey.of(1)), mode, AdvisoryLock.IMMEDIATE);
    }

    /** The database is only an identity here. */
    @SuppressWarnings("NullAway")
    static Attempt attempt(LockMode mode) {
        return new Attempt(
                null, new Demand(null, null, new DatabaseKey[0], claim(mode), null, null), CallMessage.TIMEOUT, null);
    }

    private void begin() {
        at = 0;
        attempt = attempt(plan.mode());
        phase = plan.way() == Manner.TRIES ? Phase.ASKS : Phase.COMES;
    }

    /** The next possible steps of its thread, and of another thread that ends it. */
    List<ActorStep> possible() {
        List<ActorStep> steps = new ArrayList<>();
        switch (phase) {
            case COMES -> add(steps, "comes", this::come);
            case WAITS -> {
                Gates.Entry waiting = Objects.requireNonNull(place);
                if (waiting.isAdmitted()) {
                    add(steps, "is let in", this::pass);
                } else if (transaction.hasEnded()) {
                    add(steps, "sees its end", () -> begin(Phase.TURNS_BACK));
                }
                add(steps, "times out", () -> giveUp(Passage.TIMED_OUT));
                add(steps, "is interrupted", () -> giveUp(Passage.INTERRUPTED));
            }
            case ASKS -> {
                add(steps, "is granted", () -> begin(plan.way() == Manner.TRIES ? Phase.SETTLES : Phase.HOLDS));
                add(steps, "is refused", () -> begin(Phase.TURNS_BACK));
            }
            case SETTLES -> add(steps, "settles", this::settle);
            case HOLDS -> {
                if (transaction.hasEnded()) {
                    add(steps, "sees its end", () -> begin(Phase.TURNS_BACK));
                } else {
                    add(steps, "commits", this::end);
                }
            }
            case TURNS_BACK -> add(steps, "turns back", this::turnBack);
            case GOES_ON -> {
                add(steps, "commits", this::end);
                if (tries + 1 < plan.tries() && !transaction.hasEnded()) {
                    add(steps, "tries again", () -> {
                        tries++;
                        begin();
                    });
                }
            }
            case OVER -> {}
        }
        if (phase != Phase.OVER && !transaction.hasEnded()) {
            add(steps, "is reaped", transaction::end);
        }
        return steps;
    }

    private void add(List<ActorStep> steps, String what, Runnable action) {
        steps.add(new ActorStep(plan, what, action));
    }

    private DatabaseKey key() {
        return plan.keys().get(at);
    }

    private DatabaseKey[] keyAlone() {
        return new DatabaseKey[] {key()};
    }

    private void begin(Phase next) {
        at = 0;
        phase = next;
    }

    private void advance(Phase same, Phase afterLast) {
        at++;
        phase = same;
        if (at == plan.keys().size()) {
            begin(afterLast);
        }
    }

    private void come() {
        place = transaction.arrive(key(), plan.mode(), attempt);
        if (place == null) {
            begin(Phase.TURNS_BACK);
        } else if (place.isAdmitted()) {
            pass();
        } else {
            phase = Phase.WAITS;
        }
    }

    private void pass() {
        advance(Phase.COMES, Phase.ASKS);
    }

    private void giveUp(Passage reason) {
        Gates.Entry waiting = Objects.requireNonNull(place);
        boolean letIn = waiting.isAdmitted();
        Passage passage = GateKeeper.giveUp(waiting, key(), reason, plan.way() == Manner.QUEUES_SHORTLY);
        if (passage == Passage.PASSED) {
            if (!letIn) {
                past.add(key());
            }
            pass();
        } else {
            begin(Phase.TURNS_BACK);
        }
    }

    private void settle() {
        past.add(key());
        keeper.settle(transaction, keyAlone(), claim(plan.mode()), attempt);
        advance(Phase.SETTLES, Phase.HOLDS);
    }

    private void turnBack() {
        past.remove(key());
        keeper.turnBack(transaction, keyAlone(), attempt);
        advance(Phase.TURNS_BACK, Phase.GOES_ON);
    }

    private void end() {
        transaction.end();
        phase = Phase.OVER;
    }

    boolean isOf(LockingTransaction other) {
        return transaction == other;
    }

    boolean isPast(LockingTransaction other, DatabaseKey key) {
        return transaction == other && past.contains(key);
    }

    /** Whether its position fits its steps so far. After its end it has no position. */
    boolean isInItsPlace(Gates gates) {
        boolean right = true;
        for (int i = 0; i < plan.keys().size(); i++) {
            List<Gates.Entry> places = gates.at(plan.keys().get(i)).stream()
                    .filter(entry -> entry.transaction == transaction)
                    .toList();
            boolean passed = places.size() == 1 && places.get(0).isAdmitted();
            right &= switch (transaction.hasEnded() ? Phase.OVER : phase) {
                case COMES, SETTLES -> i < at ? passed : places.isEmpty();
                case WAITS -> i < at ? passed : places.size() == (i == at ? 1 : 0);
                case ASKS -> plan.way() == Manner.TRIES ? places.isEmpty() : passed;
                case HOLDS -> passed;
                case TURNS_BACK -> places.size() <= (i < at ? 0 : 1);
                case GOES_ON, OVER -> places.isEmpty();
            };
        }
        return right;
    }

    @Override
    public String toString() {
        return phase + " " + at + tries + transaction.hasEnded() + past.size() + ";";
    }
}
