package org.advisorylock.benchmarks.peers;

import static org.advisorylock.benchmarks.peers.Contender.*;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.benchmarks.LoadPhase;
import org.advisorylock.benchmarks.Rounds;
import org.advisorylock.benchmarks.peers.Worker.PressResult;
import org.advisorylock.testbed.Async;

/** The parts in which many threads want the same account. */
final class CrowdParts {

    private static final int ACCOUNT = 0;
    private static final long HOLD = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int THREADS_OF_A_JVM = 8;
    private static final int PRESSING = 40;
    private static final int TELLERS = 16;
    private static final int ACCOUNTS = 5;

    private CrowdParts() {}

    @FunctionalInterface
    private interface Press {
        PressResult by(Way way) throws Exception;
    }

    /** All ways take turns, and each round is compared with that by hand. */
    private static void compare(Figures figures, int x, List<Way> ways, int rounds, Press press) throws Exception {
        Map<Contender, Rounds> rates = new EnumMap<>(Contender.class);
        Map<Contender, Rounds> medians = new EnumMap<>(Contender.class);
        Map<Contender, Rounds> longest = new EnumMap<>(Contender.class);
        for (Way way : ways) {
            press.by(way);
        }
        for (int round = 0; round < rounds; round++) {
            for (Way way : ways) {
                PressResult result = press.by(way);
                put(rates, way, rounds, round, result.perSecond());
                put(medians, way, rounds, round, result.median());
                put(longest, way, rounds, round, result.longest());
            }
        }
        for (Way way : ways) {
            Contender contender = way.contender();
            figures.addRatio("rate", contender, x, of(rates, contender), of(rates, BY_HAND));
            figures.add("median", contender, x, of(medians, contender));
            figures.add("longest", contender, x, of(longest, contender));
        }
    }

    private static void put(Map<Contender, Rounds> all, Way way, int rounds, int round, double value) {
        all.computeIfAbsent(way.contender(), any -> new Rounds(rounds)).put(round, value);
    }

    private static Rounds of(Map<Contender, Rounds> all, Contender contender) {
        return Objects.requireNonNull(all.get(contender));
    }

    static void threads(Figures figures, Stage stage, Extent extent, List<Contender> contenders) throws Exception {
        for (int threads : extent.threads()) {
            try (Ways ways = Ways.open(stage.direct(), threads)) {
                List<Way> all = ways.of(contenders);
                for (Way way : all) {
                    way.withdraw(ACCOUNT);
                }
                compare(
                        figures,
                        threads,
                        all,
                        extent.rounds(),
                        way -> new PressResult(LoadPhase.run(
                                work -> way.call().run(List.of(ACCOUNT), work::run), threads, 0, extent.millis())));
            }
        }
    }

    static void jvms(Figures figures, Stage stage, Extent extent, List<Contender> contenders) throws Exception {
        List<ChildProcess> workers = new ArrayList<>();
        try (Closing closing = new Closing();
                Ways ways = Ways.open(stage.direct(), 1)) {
            for (int jvms : extent.jvms()) {
                while (workers.size() < jvms) {
                    workers.add(closing.add(Worker.start(stage.direct(), THREADS_OF_A_JVM)));
                }
                compare(
                        figures,
                        jvms,
                        ways.of(contenders),
                        extent.rounds(),
                        way -> press(workers, way, extent.millis()));
            }
        }
    }

    private static PressResult press(List<ChildProcess> workers, Way way, long millis) throws Exception {
        for (ChildProcess worker : workers) {
            worker.send("press " + way.contender() + " " + THREADS_OF_A_JVM + " " + HOLD + " " + millis);
        }
        List<PressResult> results = new ArrayList<>();
        for (ChildProcess worker : workers) {
            results.add(PressResult.parse(worker.answer()));
        }
        return new PressResult(
                results.stream().mapToDouble(PressResult::perSecond).sum(),
                results.stream().mapToDouble(PressResult::median).average().orElse(Double.NaN),
                most(results, PressResult::longest));
    }

    private static double most(List<PressResult> results, ToDoubleFunction<PressResult> what) {
        return results.stream().mapToDouble(what).max().orElse(Double.NaN);
    }

    static void unrelated(Figures figures, Stage stage, Extent extent, List<Contender> contenders) throws Exception {
        try (Ways ways = Ways.open(stage.direct(), PRESSING)) {
            List<Way> all = ways.of(contenders);
            Map<Contender, Rounds> reads = new EnumMap<>(Contender.class);
            Map<Contender, Rounds> slowest = new EnumMap<>(Contender.class);
            int rounds = extent.rounds();
            Rounds idle = new Rounds(rounds);
            unrelated(ways, ways.of(BY_HAND), 0, extent.millis());
            for (int round = 0; round < rounds; round++) {
                idle.put(
                        round,
                        unrelated(ways, ways.of(BY_HAND), 0, extent.millis()).readsPerSecond());
                for (Way way : all) {
                    LoadPhase phase = unrelated(ways, way, PRESSING, extent.millis());
                    put(reads, way, rounds, round, phase.readsPerSecond());
                    put(slowest, way, rounds, round, phase.reads().millis(0.99));
                }
            }
            for (Way way : all) {
                figures.addRatio("idle", way.contender(), 0, of(reads, way.contender()), idle);
                figures.add("reads", way.contender(), 0, of(slowest, way.contender()));
            }
        }
    }

    private static LoadPhase unrelated(Ways ways, Way way, int threads, long millis) {
        return LoadPhase.run(
                work -> way.call().run(List.of(ACCOUNT), work::run),
                threads,
                () -> ways.tellers().balance(1 + ThreadLocalRandom.current().nextInt(1000)),
                millis);
    }

    static void losses(Figures figures, Stage stage, Extent extent, List<Contender> contenders) throws Exception {
        try (Ways ways = Ways.open(stage.direct(), TELLERS)) {
            for (Way way : ways.of(contenders)) {
                figures.add("rightly", way.contender(), 0, lost(ways, extent.withdrawals(), way::withdraw));
                if (way.canBeMistaken()) {
                    inside(figures, ways, way, extent.withdrawals());
                }
            }
        }
    }

    private static void inside(Figures figures, Ways ways, Way way, int withdrawals) throws Exception {
        try {
            figures.add("inside", way.contender(), 0, lost(ways, withdrawals, way.mistake()));
        } catch (CompletionException e) {
            if (e.getCause() instanceof AdvisoryLockException refused) {
                figures.addNotRun(way.contender(), "because it refuses that: " + refused.getMessage());
            } else {
                throw e;
            }
        }
    }

    private static double lost(Ways ways, int withdrawals, Way.Mistake withdraw) throws Exception {
        long before = sum(ways);
        List<CompletableFuture<Boolean>> tellers = new ArrayList<>();
        for (int teller = 0; teller < TELLERS; teller++) {
            tellers.add(Async.run(() -> {
                for (int i = 0; i < withdrawals; i++) {
                    withdraw.withdraw(ThreadLocalRandom.current().nextInt(ACCOUNTS));
                }
                return true;
            }));
        }
        tellers.forEach(CompletableFuture::join);
        return (long) TELLERS * withdrawals - (before - sum(ways));
    }

    private static long sum(Ways ways) throws Exception {
        long sum = 0;
        for (int account = 0; account < ACCOUNTS; account++) {
            sum += ways.tellers().balance(account);
        }
        return sum;
    }
}
