package org.advisorylock.impl.session;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Goes through every order of the events of a small world. */
public final class AllOrders {

    /** An event that is possible now. */
    public record Event(String name, Runnable what) {
        void happen() {
            what.run();
        }
    }

    /** A world with one event at a time. */
    public interface World {
        /** The events that are possible now. The world ends when there are none. */
        List<Event> events();

        /** Checks what must be true after each event. */
        void check();

        /** Checks what must be true at the end. */
        void checkEnd();
    }

    private AllOrders() {}

    /**
     * Goes depth first, and begins each run anew. A run repeats the choices of the one before, up to the last one that
     * has an alternative.
     *
     * @return how many runs there were
     */
    public static long explore(Supplier<World> worlds) {
        List<Integer> choices = new ArrayList<>();
        long runs = 0;
        while (true) {
            List<Integer> possible = run(worlds.get(), choices);
            runs++;
            int last = choices.size() - 1;
            while (last >= 0 && choices.get(last) + 1 >= possible.get(last)) {
                choices.remove(last--);
            }
            if (last < 0) {
                return runs;
            }
            choices.set(last, choices.get(last) + 1);
        }
    }

    /** How many choices there were at each step. */
    private static List<Integer> run(World world, List<Integer> choices) {
        List<Integer> possible = new ArrayList<>();
        List<String> story = new ArrayList<>();
        try {
            List<Event> events = world.events();
            for (int step = 0; !events.isEmpty(); step++) {
                if (step == choices.size()) {
                    choices.add(0);
                }
                possible.add(events.size());
                Event event = events.get(choices.get(step));
                story.add(event.name());
                event.happen();
                world.check();
                events = world.events();
            }
            world.checkEnd();
            return possible;
        } catch (AssertionError | RuntimeException wrong) {
            throw new AssertionError(String.join(", ", story), wrong);
        }
    }
}
