package org.advisorylock.impl.transaction;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.advisorylock.impl.LogMessage;

/**
 * Finds code that takes two keys one after the other, and other code that takes them in the opposite order. Two such
 * transactions may deadlock. It warns once for each pair of places.
 *
 * <p>It looks for the places of {@link JtaTransactionLocks} in code only after it has seen a pair in both orders. So
 * the first warning may not name the earlier code, and a second one names it when that code runs again. It looks once
 * for each order of a pair, not at each later call. It watches only the latest pairs, and only calls that take few
 * keys. It keeps numbers and places in the code, but no texts.
 */
final class LockOrder {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");
    private static final int PAIRS = 10_000;
    private static final int PAIRS_OF_A_CALL = 100;

    private record Pair(
            String database, long first, boolean firstIsPair, String other, long second, boolean secondIsPair) {

        static Pair of(DatabaseKey first, DatabaseKey second) {
            return new Pair(
                    first.database(),
                    first.key().number(),
                    first.key().isPair(),
                    second.database(),
                    second.key().number(),
                    second.key().isPair());
        }
    }

    private record TwoPlaces(String one, String other) {}

    private final Map<Pair, TwoPlaces> seen = new ConcurrentHashMap<>();
    private final Set<Pair> searched = ConcurrentHashMap.newKeySet();
    private final Set<Set<TwoPlaces>> said = ConcurrentHashMap.newKeySet();

    void watch(Map<DatabaseKey, HeldLock> held, DatabaseKey[] asked, Caller caller) {
        if (held.isEmpty() || held.size() * asked.length > PAIRS_OF_A_CALL) {
            return;
        }
        if (seen.size() > PAIRS) {
            seen.clear();
            searched.clear();
        }
        held.forEach((first, holding) -> Arrays.stream(asked)
                .filter(second -> !held.containsKey(second))
                .forEach(second -> watch(first, holding.place(), second, caller.place())));
    }

    private void watch(DatabaseKey first, Object one, DatabaseKey second, Object other) {
        Pair pair = Pair.of(first, second);
        TwoPlaces reverse = seen.get(Pair.of(second, first));
        if (reverse == null) {
            seen.putIfAbsent(pair, new TwoPlaces(PlaceInCode.known(one), PlaceInCode.known(other)));
        } else if (!PlaceInCode.needsWalk(other) || searched.add(pair)) {
            TwoPlaces here = new TwoPlaces(PlaceInCode.known(one), PlaceInCode.find(other));
            seen.put(pair, here);
            warn(first, second, here, reverse);
        }
    }

    private void warn(DatabaseKey first, DatabaseKey second, TwoPlaces here, TwoPlaces reverse) {
        if (said.size() < PAIRS && said.add(Set.copyOf(List.of(here, reverse)))) {
            LOGGER.log(
                    Level.WARNING,
                    LogMessage.OPPOSITE_ORDER.text(
                            first.key(), second.key(), here.one(), here.other(), reverse.one(), reverse.other()));
        }
    }
}
