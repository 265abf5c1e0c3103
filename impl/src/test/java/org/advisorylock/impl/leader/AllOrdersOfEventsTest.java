package org.advisorylock.impl.leader;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.advisorylock.impl.leader.World.WorldStep;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Goes through every order of what can happen to two candidates, with a few faults, losses, resignations and ends.
 * {@code -Dadvisorylock.orders.events=2} allows one more of them.
 */
class AllOrdersOfEventsTest {

    /** A way to a state: a shorter way, and one more step. */
    private record Trace(@Nullable Trace before, int step) {
        Deque<Integer> steps() {
            Deque<Integer> steps = new ArrayDeque<>();
            for (Trace way = this; way.before != null; way = way.before) {
                steps.push(way.step);
            }
            return steps;
        }
    }

    private static final Logger LOGGER = Logger.getLogger("org.advisorylock");

    /** How many faults and wishes one run has. Two take minutes. */
    private static final int EVENTS = Integer.getInteger("advisorylock.orders.events", 1);

    private final Set<String> settled = new HashSet<>();

    /** The log would have a line for each of very many failures. */
    @BeforeEach
    void silence() {
        LOGGER.setLevel(Level.OFF);
    }

    @AfterEach
    void speak() {
        LOGGER.setLevel(null);
    }

    @Test
    void ofTwoWhoCome() {
        explore(() -> new World(EVENTS), 10_000);
    }

    @Test
    void ofALeaderAndTheNextOne() {
        explore(() -> World.settled(EVENTS + 1), 10_000);
    }

    /** Checks that two never lead at once, that no place stays behind, and that somebody leads in the end. */
    private void explore(Supplier<World> start, int least) {
        Set<String> seen = new HashSet<>();
        Deque<Trace> ways = new ArrayDeque<>(List.of(new Trace(null, 0)));
        while (!ways.isEmpty()) {
            Trace way = ways.remove();
            int choices = after(way, start).steps().size();
            for (int choice = 0; choice < choices; choice++) {
                Trace next = new Trace(way, choice);
                World world = after(next, start);
                if (seen.add(world.toString())) {
                    if (!world.isFar()) {
                        ways.add(next);
                    }
                    if (world.mayHang()) {
                        settle(next, after(next, start), start, true);
                    }
                    settle(next, world, start, false);
                }
            }
        }
        System.out.printf("%d states of two candidates%n", seen.size());
        assertThat(seen.size()).as("states").isGreaterThan(least);
    }

    private void settle(Trace way, World world, Supplier<World> start, boolean listenersHang) {
        try {
            world.settle(listenersHang, settled);
        } catch (AssertionError e) {
            throw new AssertionError("in the end, after " + describe(way, start), e);
        }
    }

    private static World after(Trace way, Supplier<World> start) {
        World world = start.get();
        try {
            way.steps().forEach(step -> world.go(world.steps().get(step)));
            world.check();
            return world;
        } catch (AssertionError e) {
            throw new AssertionError("after " + describe(way, start), e);
        }
    }

    private static String describe(Trace way, Supplier<World> start) {
        World world = start.get();
        StringBuilder told = new StringBuilder();
        for (int choice : way.steps()) {
            WorldStep step = world.steps().get(choice);
            told.append("\n  ").append(step.name());
            try {
                world.go(step);
            } catch (AssertionError last) {
                break;
            }
        }
        return told.append("\n  ").append(world).toString();
    }
}
