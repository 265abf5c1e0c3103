package org.advisorylock.impl.leader;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LeadershipListener;
import org.advisorylock.LockHandle;
import org.advisorylock.impl.session.AsyncLocks;

/** Two JVMs, a candidate in each, and a database, in which nothing happens but what is chosen, one step after the other. */
final class World {

    private static final Places PLACES = new Places("sync", KeyHash.MD5);

    private static final AdvisoryLockKey LEADER = PLACES.key(0);

    /** Whatever goes wrong; cheap, since it does so often. */
    private static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failure() {
            super("on purpose", null, false, false);
        }
    }

    /** What may happen next. */
    record Step(String name, Runnable action) {}

    /** Something that waits for its turn. */
    private record Waiting(String name, Runnable action) {}

    /** A question to the database, with the answer that it gives at that time. */
    private record Question(String name, Runnable answer, Runnable failure) {}

    private final Map<AdvisoryLockKey, Lock> rows = new HashMap<>();
    private final List<Jvm> jvms = List.of(new Jvm("A"), new Jvm("B"));
    private final Map<String, Integer> events = new HashMap<>();
    private final int mostEvents;
    private String cause = "stand";
    private long lastTerm;
    private long lastTold;

    /** @param mostEvents how much may go wrong, or be wanted */
    World(int mostEvents) {
        this.mostEvents = mostEvents;
        jvms.forEach(jvm -> jvm.execute(() -> jvm.candidate.tick(true)));
    }

    /** One in which one leads, and the other is next in line. */
    static World settled(int mostEvents) {
        World world = new World(mostEvents);
        while (world.rows.size() < 2 || world.jvms.get(0).leads == 0) {
            world.round(false);
        }
        world.round(false);
        return world;
    }

    /** A lock of the database, in the hands of a JVM. */
    private final class Lock implements LockHandle {
        private final Jvm owner;
        private final AdvisoryLockKey key;
        private final List<Runnable> actions = new ArrayList<>();
        private boolean held = true;

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

    /** A JVM with its loop, its listener and its session. */
    private final class Jvm implements AsyncLocks, LeadershipListener {
        private final String name;
        private final Deque<Waiting> loop = new ArrayDeque<>();
        private final List<Waiting> tasks = new ArrayList<>();
        private final List<Question> questions = new ArrayList<>();
        private final Candidate candidate;
        private long leads;
        private boolean lostIt;

        Jvm(String name) {
            this.name = name;
            candidate = new Candidate(
                    new Audience("sync", this, event -> {}),
                    PLACES,
                    this,
                    this::execute,
                    task -> tasks.add(new Waiting(leads == 0 ? "elected" : "revoked", task)),
                    Duration.ofMinutes(1));
        }

        void execute(Runnable event) {
            loop.add(new Waiting(cause, event));
        }

        private <T> CompletionStage<T> ask(String name, LockHandleQuestion<T> answer) {
            CompletableFuture<T> future = new CompletableFuture<>();
            questions.add(
                    new Question(name, () -> answer.to(future), () -> future.completeExceptionally(new Failure())));
            return future;
        }

        @Override
        public CompletionStage<Optional<LockHandle>> tryOnce(AdvisoryLockKey key) {
            return ask("try " + name(key), future -> {
                boolean free = !rows.containsKey(key);
                cause += free ? " granted" : " refused";
                Lock lock = new Lock(this, key);
                if (free) {
                    rows.put(key, lock);
                }
                future.complete(free ? Optional.of(lock) : Optional.empty());
            });
        }

        @Override
        public CompletionStage<Long> token(LockHandle handle) {
            return ask("token", future -> {
                if (handle.isHeld()) {
                    future.complete(++lastTerm);
                } else {
                    cause += " lost";
                    future.completeExceptionally(new Failure());
                }
            });
        }

        @Override
        public CompletionStage<Void> release(LockHandle handle) {
            Lock lock = (Lock) handle;
            return ask("release " + name(lock.key) + (lock.held ? "" : " lost"), future -> {
                lock.free();
                future.complete(null);
            });
        }

        @Override
        public void elected(long term) {
            require(term > lastTold, "term " + term + " after " + lastTold);
            require(
                    jvms.stream().noneMatch(one -> one.leads > 0 && !one.lostIt),
                    name + " is elected while another works");
            lastTold = term;
            leads = term;
            lostIt = false;
        }

        @Override
        public void revoked(long term) {
            require(term == leads, "the end of term " + term + " is told in " + leads);
            leads = 0;
        }

        private Stream<Lock> locks() {
            return rows.values().stream().filter(lock -> lock.owner == this);
        }

        void lose() {
            lostIt |= locks().anyMatch(lock -> lock.key.equals(LEADER));
            List<Lock> mine = locks().toList();
            mine.forEach(Lock::free);
            mine.forEach(lock -> lock.actions.forEach(Runnable::run));
        }

        boolean asksForPlaces() {
            return questions.stream().anyMatch(question -> question.name.startsWith("try"));
        }

        boolean hangs() {
            return leads > 0 && lostIt;
        }

        void check() {
            Lock first = rows.get(LEADER);
            require(!candidate.isLeader() || (first != null && first.owner == this), name + " leads without the lock");
            if (candidate.ended().isDone() || hangs()) {
                require(locks().findAny().isEmpty(), name + " has a place, and does not stand");
                require(!asksForPlaces(), name + " asks for a place, and does not stand");
            }
        }

        /** What of this JVM may happen next: while its loop has something to do only what others do there. */
        void steps(List<Step> steps) {
            if (!loop.isEmpty()) {
                steps.add(new Step(name + " goes on", () -> loop.remove().action.run()));
            }
            for (int i = 0; i < questions.size() && loop.isEmpty(); i++) {
                Question question = questions.get(i);
                // A session answers one after the other; only a token may take longer, and once anything.
                boolean first = i == 0 || question.name.startsWith("token");
                boolean overtaken = questions.get(0).name.startsWith("token");
                String asked = name + " " + question.name;
                if (first || overtaken || mayHappen("overtake")) {
                    steps.add(new Step(asked, () -> {
                        if (!first && !overtaken) {
                            happens("overtake");
                        }
                        questions.remove(question);
                        question.answer.run();
                    }));
                }
                if (first && mayHappen("fail")) {
                    steps.add(new Step(asked + " fails", () -> {
                        happens("fail");
                        questions.remove(question);
                        question.failure.run();
                    }));
                }
            }
            for (Waiting task : List.copyOf(tasks)) {
                steps.add(new Step(name + " " + task.name, () -> {
                    tasks.remove(task);
                    task.action.run();
                }));
            }
            if (!asksForPlaces()) {
                steps.add(new Step(name + " ticks", () -> candidate.tick(true)));
            }
            if (mayHappen("lose " + name)) {
                steps.add(new Step(name + " loses its session", () -> {
                    happens("lose " + name);
                    lose();
                }));
            }
            if (mayHappen("resign " + name) && candidate.isLeader()) {
                steps.add(new Step(name + " resigns", () -> {
                    happens("resign " + name);
                    candidate.giveUp();
                }));
            }
            if (mayHappen("close " + name)) {
                steps.add(new Step(name + " closes", () -> {
                    happens("close " + name);
                    candidate.shut();
                }));
            }
        }

        @Override
        public String toString() {
            return name + candidate + " leads " + (leads > 0) + lostIt
                    + loop.stream().map(Waiting::name).toList()
                    + questions.stream().map(Question::name).sorted().toList()
                    + tasks.stream().map(Waiting::name).toList();
        }
    }

    /** Answers a question. */
    @FunctionalInterface
    private interface LockHandleQuestion<T> {
        void to(CompletableFuture<T> future);
    }

    private static String name(AdvisoryLockKey key) {
        return key.text().orElseThrow();
    }

    private boolean mayHappen(String event) {
        return !events.containsKey(event) && events.size() < mostEvents;
    }

    private void happens(String event) {
        events.put(event, 1);
    }

    List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        // What a loop does the other JVM cannot see.
        jvms.stream()
                .filter(jvm -> !jvm.loop.isEmpty())
                .findFirst()
                .ifPresentOrElse(jvm -> jvm.steps(steps), () -> jvms.forEach(jvm -> jvm.steps(steps)));
        return steps;
    }

    void go(Step step) {
        cause = step.name;
        step.action.run();
    }

    void check() {
        jvms.forEach(Jvm::check);
        require(jvms.stream().filter(jvm -> jvm.candidate.isLeader()).count() < 2, "two lead");
    }

    // Called millions of times.
    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    /** Whether a listener that must be told of a loss may hang. */
    boolean mayHang() {
        return jvms.stream().anyMatch(Jvm::hangs);
    }

    /** Whether somebody has gone so far back that it is not followed any further: two who enter at once may go past each other again and again. */
    boolean isFar() {
        return rows.keySet().stream().anyMatch(key -> name(key).endsWith("@4"));
    }

    /**
     * Goes on without any further event until nothing changes.
     *
     * @param known states from which that has been seen to end well; those on the way here are added
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
            for (Question question : List.copyOf(jvm.questions)) {
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

    /** All that tells it from others, as far as what may happen next depends on it. */
    @Override
    public String toString() {
        return jvms + " " + new TreeSet<>(events.keySet())
                + rows.values().stream()
                        .map(lock -> lock.owner.name + name(lock.key))
                        .sorted()
                        .toList();
    }
}
