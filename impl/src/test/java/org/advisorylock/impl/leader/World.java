package org.advisorylock.impl.leader;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockHandle;

/** Two JVMs with a candidate each, and a database. A test chooses each step, one after the other. */
final class World {

    static final ElectionKeys PLACES = new ElectionKeys("sync", KeyHash.MD5);

    static final AdvisoryLockKey LEADER = PLACES.key(0);

    /** Any failure. It is cheap, because it is thrown very often. */
    static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failure() {
            super("on purpose", null, false, false);
        }
    }

    /** A step that is possible now. */
    record WorldStep(String name, Runnable action) {}

    /** Something that waits for its turn. */
    record Waiting(String name, Runnable action) {}

    /** A question to the database. The answer is computed when its step is taken. */
    record DatabaseQuestion(String name, Runnable answer, Runnable failure) {}

    final Map<AdvisoryLockKey, Lock> rows = new HashMap<>();
    final List<Jvm> jvms = List.of(new Jvm(this, "A"), new Jvm(this, "B"));
    private final Map<String, Integer> events = new HashMap<>();
    private final int mostEvents;
    String cause = "stand";
    long lastTerm;
    long lastTold;

    /** @param mostEvents how many faults and wishes there may be */
    World(int mostEvents) {
        this.mostEvents = mostEvents;
        jvms.forEach(jvm -> jvm.execute(() -> jvm.candidate.tick(true)));
    }

    /** A world in which one candidate leads and the other is next in line. */
    static World settled(int mostEvents) {
        World world = new World(mostEvents);
        while (world.rows.size() < 2 || world.jvms.get(0).leads == 0) {
            world.round(false);
        }
        world.round(false);
        return world;
    }

    /** A lock of the database that a JVM holds. */
    final class Lock implements LockHandle {
        final Jvm owner;
        final AdvisoryLockKey key;
        final List<Runnable> actions = new ArrayList<>();
        boolean held = true;

        Lock(Jvm owner, AdvisoryLockKey key) {
            this.owner = owner;
            this.key = key;
        }

        void free() {
            held = false;
            rows.remove(key, this);
        }

        @Override
        public boolean isHeld() {
            return held;
        }

        @Override
        public long fencingToken() {
            throw new AssertionError("it blocks");
        }

        @Override
        public void onLost(Runnable action) {
            if (held) {
                actions.add(action);
            } else {
                action.run();
            }
        }

        @Override
        public void holdAtLeast(Duration time) {
            throw new AssertionError("nobody wants that");
        }

        @Override
        public void close() {
            throw new AssertionError("it blocks");
        }
    }

    Lock lock(Jvm owner, AdvisoryLockKey key) {
        return new Lock(owner, key);
    }

    static String name(AdvisoryLockKey key) {
        return key.text().orElseThrow();
    }

    boolean mayHappen(String event) {
        return !events.containsKey(event) && events.size() < mostEvents;
    }

    void happens(String event) {
        events.put(event, 1);
    }

    List<WorldStep> steps() {
        List<WorldStep> steps = new ArrayList<>();
        // The other JVM cannot see the steps of a loop.
        jvms.stream()
                .filter(jvm -> !jvm.loop.isEmpty())
                .findFirst()
                .ifPresentOrElse(jvm -> jvm.steps(steps), () -> jvms.forEach(jvm -> jvm.steps(steps)));
        return steps;
    }

    void go(WorldStep step) {
        cause = step.name;
        step.action.run();
    }

    void check() {
        jvms.forEach(Jvm::check);
        require(jvms.stream().filter(jvm -> jvm.candidate.isLeader()).count() < 2, "two lead");
    }

    // Called millions of times.
    static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    /** Whether a listener that must be told of a loss may hang. */
    boolean mayHang() {
        return jvms.stream().anyMatch(Jvm::hangs);
    }

    /**
     * Whether a candidate has gone so far back in the line that the test stops here. Two candidates that enter at once
     * may pass each other again and again.
     */
    boolean isFar() {
        return rows.keySet().stream().anyMatch(key -> name(key).endsWith("@4"));
    }

    /**
     * Goes on without further faults until nothing changes.
     *
     * @param known states that are known to end well; the states on the way are added
     */
    void settle(boolean listenersHang, Set<String> known) {
        String now = "";
        List<String> passed = new ArrayList<>();
        for (int round = 0; round < 100 && !now.equals(toString()); round++) {
            now = toString();
            if (known.contains(listenersHang + now)) {
                break;
            }
            passed.add(listenersHang + now);
            round(listenersHang);
            check();
        }
        if (!known.contains(listenersHang + now)) {
            checkEnd(listenersHang);
        }
        known.addAll(passed);
    }

    private void round(boolean listenersHang) {
        for (Jvm jvm : jvms) {
            while (!jvm.loop.isEmpty()) {
                jvm.loop.remove().action.run();
            }
            for (DatabaseQuestion question : List.copyOf(jvm.questions)) {
                jvm.questions.remove(question);
                question.answer.run();
            }
            if (!listenersHang || !jvm.hangs()) {
                List<Waiting> tasks = List.copyOf(jvm.tasks);
                jvm.tasks.removeAll(tasks);
                tasks.forEach(task -> task.action.run());
            }
            if (jvm.loop.isEmpty()) {
                jvm.candidate.tick(true);
            }
        }
    }

    private void checkEnd(boolean listenersHang) {
        List<Jvm> standing = jvms.stream()
                .filter(jvm -> !events.containsKey("close " + jvm.name) && !(listenersHang && jvm.hangs()))
                .toList();
        assertThat(standing.stream().filter(jvm -> jvm.candidate.isLeader()).count())
                .as("leaders of %d who stand", standing.size())
                .isEqualTo(Math.min(1, standing.size()));
        assertThat(standing.stream().filter(jvm -> jvm.leads > 0).count())
                .as("of whom told")
                .isEqualTo(Math.min(1, standing.size()));
        assertThat(rows).as("places of %d who stand", standing.size()).hasSize(standing.size());
        for (Jvm jvm : jvms) {
            if (events.containsKey("close " + jvm.name) && !(listenersHang && jvm.hangs())) {
                assertThat(jvm.candidate.ended()).as("the end of %s", jvm.name).isCompleted();
            }
        }
    }

    /** Everything that the next steps depend on, so equal texts are equal states. */
    @Override
    public String toString() {
        return jvms + " " + new TreeSet<>(events.keySet())
                + rows.values().stream()
                        .map(lock -> lock.owner.name + name(lock.key))
                        .sorted()
                        .toList();
    }
}
