package org.advisorylock.impl.leader;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LeadershipListener;
import org.advisorylock.LockHandle;
import org.advisorylock.impl.session.AsyncLocks;

/** A JVM with its loop, its listener and its session. */
final class Jvm implements AsyncLocks, LeadershipListener {
    /** Answers a question. */
    @FunctionalInterface
    private interface LockHandleQuestion<T> {
        void to(CompletableFuture<T> future);
    }

    final World world;
    final String name;
    final Deque<World.Waiting> loop = new ArrayDeque<>();
    final List<World.Waiting> tasks = new ArrayList<>();
    final List<World.DatabaseQuestion> questions = new ArrayList<>();
    final Candidate candidate;
    long leads;
    boolean lostIt;

    Jvm(World world, String name) {
        this.world = world;
        this.name = name;
        candidate = new Candidate(
                new Audience("sync", this, event -> {}),
                World.PLACES,
                this,
                this::execute,
                task -> tasks.add(new World.Waiting(leads == 0 ? "elected" : "revoked", task)),
                Duration.ofMinutes(1),
                System::nanoTime);
    }

    void execute(Runnable event) {
        loop.add(new World.Waiting(world.cause, event));
    }

    private <T> CompletionStage<T> ask(String name, LockHandleQuestion<T> answer) {
        CompletableFuture<T> future = new CompletableFuture<>();
        questions.add(new World.DatabaseQuestion(
                name, () -> answer.to(future), () -> future.completeExceptionally(new World.Failure())));
        return future;
    }

    @Override
    public CompletionStage<Optional<LockHandle>> tryOnce(AdvisoryLockKey key) {
        return ask("try " + World.name(key), future -> {
            boolean free = !world.rows.containsKey(key);
            world.cause += free ? " granted" : " refused";
            World.Lock lock = world.lock(this, key);
            if (free) {
                world.rows.put(key, lock);
            }
            future.complete(free ? Optional.of(lock) : Optional.empty());
        });
    }

    @Override
    public CompletionStage<Long> token(LockHandle handle) {
        return ask("token", future -> {
            if (handle.isHeld()) {
                future.complete(++world.lastTerm);
            } else {
                world.cause += " lost";
                future.completeExceptionally(new World.Failure());
            }
        });
    }

    @Override
    public CompletionStage<Void> release(LockHandle handle) {
        World.Lock lock = (World.Lock) handle;
        return ask("release " + World.name(lock.key) + (lock.held ? "" : " lost"), future -> {
            lock.free();
            future.complete(null);
        });
    }

    @Override
    public void elected(long term) {
        World.require(term > world.lastTold, "term " + term + " after " + world.lastTold);
        World.require(
                world.jvms.stream().noneMatch(one -> one.leads > 0 && !one.lostIt),
                name + " is elected while another works");
        world.lastTold = term;
        leads = term;
        lostIt = false;
    }

    @Override
    public void revoked(long term) {
        World.require(term == leads, "the end of term " + term + " is told in " + leads);
        leads = 0;
    }

    private Stream<World.Lock> locks() {
        return world.rows.values().stream().filter(lock -> lock.owner == this);
    }

    void lose() {
        lostIt |= locks().anyMatch(lock -> lock.key.equals(World.LEADER));
        List<World.Lock> mine = locks().toList();
        mine.forEach(World.Lock::free);
        mine.forEach(lock -> lock.actions.forEach(Runnable::run));
    }

    boolean asksForPlaces() {
        return questions.stream().anyMatch(question -> question.name().startsWith("try"));
    }

    boolean hangs() {
        return leads > 0 && lostIt;
    }

    void check() {
        World.Lock first = world.rows.get(World.LEADER);
        World.require(
                !candidate.isLeader() || (first != null && first.owner == this), name + " leads without the lock");
        if (candidate.ended().isDone() || hangs()) {
            World.require(locks().findAny().isEmpty(), name + " has a place, and does not stand");
            World.require(!asksForPlaces(), name + " asks for a place, and does not stand");
        }
    }

    /** The next possible steps of this JVM. While its loop has work, only steps of others in it are possible. */
    void steps(List<World.WorldStep> steps) {
        if (!loop.isEmpty()) {
            steps.add(new World.WorldStep(
                    name + " goes on", () -> loop.remove().action().run()));
        }
        for (int i = 0; i < questions.size() && loop.isEmpty(); i++) {
            World.DatabaseQuestion question = questions.get(i);
            // A session answers in order. Only a token may take longer, and once any other answer.
            boolean first = i == 0 || question.name().startsWith("token");
            boolean overtaken = questions.get(0).name().startsWith("token");
            String asked = name + " " + question.name();
            if (first || overtaken || world.mayHappen("overtake")) {
                steps.add(new World.WorldStep(asked, () -> {
                    if (!first && !overtaken) {
                        world.happens("overtake");
                    }
                    questions.remove(question);
                    question.answer().run();
                }));
            }
            if (first && world.mayHappen("fail")) {
                steps.add(new World.WorldStep(asked + " fails", () -> {
                    world.happens("fail");
                    questions.remove(question);
                    question.failure().run();
                }));
            }
        }
        for (World.Waiting task : List.copyOf(tasks)) {
            steps.add(new World.WorldStep(name + " " + task.name(), () -> {
                tasks.remove(task);
                task.action().run();
            }));
        }
        if (!asksForPlaces()) {
            steps.add(new World.WorldStep(name + " ticks", () -> candidate.tick(true)));
        }
        if (world.mayHappen("lose " + name)) {
            steps.add(new World.WorldStep(name + " loses its session", () -> {
                world.happens("lose " + name);
                lose();
            }));
        }
        if (world.mayHappen("resign " + name) && candidate.isLeader()) {
            steps.add(new World.WorldStep(name + " resigns", () -> {
                world.happens("resign " + name);
                candidate.giveUp();
            }));
        }
        if (world.mayHappen("close " + name)) {
            steps.add(new World.WorldStep(name + " closes", () -> {
                world.happens("close " + name);
                candidate.shut();
            }));
        }
    }

    @Override
    public String toString() {
        return name + candidate + " leads " + (leads > 0) + lostIt
                + loop.stream().map(World.Waiting::name).toList()
                + questions.stream().map(World.DatabaseQuestion::name).toList()
                + tasks.stream().map(World.Waiting::name).toList();
    }
}
