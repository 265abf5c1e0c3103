package org.advisorylock.benchmarks.peers;

import static org.advisorylock.benchmarks.peers.Contender.*;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.advisorylock.benchmarks.Contestant;
import org.advisorylock.benchmarks.Series;
import org.advisorylock.benchmarks.ServerCpu;
import org.advisorylock.benchmarks.Size;
import org.advisorylock.benchmarks.SliceRounds;
import org.advisorylock.testbed.Async;
import org.advisorylock.testbed.Party;
import org.advisorylock.testbed.ThrowingRunnable;

/** The parts that one thread measures, in slices of calls. */
final class SliceParts {

    private static final int ACCOUNT = 0;
    private static final int WARM_UPS = 12;
    private static final int COUNTED = 20;

    /** More would take too long for those that send several messages for each key. */
    private static final int MOST_ONE_BY_ONE = 100;

    private static final Set<Contender> ONE_BY_ONE = Set.of(SHEDLOCK, SPRING, REDISSON, CURATOR);

    private SliceParts() {}

    @FunctionalInterface
    private interface WayCall {
        void run(Way way) throws Exception;
    }

    /** All ways take turns. */
    private static List<Series> measure(List<Way> ways, Size size, ServerCpu server, WayCall call) throws Exception {
        return new SliceRounds(size, server)
                .run(ways.stream()
                        .map(way -> new Contestant(way.contender().name(), () -> call.run(way)))
                        .toList());
    }

    /** The times of all, each in terms of that by hand, which must be one of them. */
    private static void addTimes(Figures figures, double x, List<Series> all) {
        Series base = all.stream()
                .filter(series -> series.name().equals(BY_HAND.name()))
                .findFirst()
                .orElseThrow();
        for (Series series : all) {
            figures.addRatio("time", Contender.valueOf(series.name()), x, series.wall(), base.wall());
        }
    }

    static void freeKey(Figures figures, Stage stage, Extent extent, List<Contender> contenders) throws Exception {
        try (Ways ways = Ways.open(stage.proxied(), 1)) {
            for (Way way : ways.of(contenders)) {
                repeat(WARM_UPS, () -> way.withdraw(ACCOUNT));
                long before = stage.roundTrips();
                repeat(COUNTED, () -> way.withdraw(ACCOUNT));
                figures.add("trips", way.contender(), 0, (stage.roundTrips() - before) / (double) COUNTED);
            }
        }
        try (Ways ways = Ways.open(stage.direct(), 1)) {
            List<Way> all = ways.of(contenders);
            for (Way way : all) {
                way.withdraw(ACCOUNT);
            }
            ServerCpu server = ServerCpu.ofBackends().and(stage.processes());
            List<Series> series = measure(all, extent.slices(), server, way -> way.withdraw(ACCOUNT));
            addTimes(figures, 0, series);
            Series base = series.get(all.indexOf(ways.of(BY_HAND)));
            for (Series own : series) {
                Contender contender = Contender.valueOf(own.name());
                figures.addRatio("client", contender, 0, own.client(), base.client());
                if (server.isReadable()) {
                    figures.addRatio("server", contender, 0, own.server(), base.server());
                }
                figures.add("bytes", contender, 0, own.bytes());
            }
        }
    }

    private static void repeat(int times, ThrowingRunnable what) throws Exception {
        for (int i = 0; i < times; i++) {
            what.run();
        }
    }

    static void severalKeys(Figures figures, Stage stage, Extent extent, List<Contender> contenders) throws Exception {
        try (Ways ways = Ways.open(stage.direct(), 1)) {
            for (int count : extent.keys()) {
                List<Integer> accounts = IntStream.range(0, count).boxed().toList();
                List<Way> able = ways.of(contenders).stream()
                        .filter(way -> count <= MOST_ONE_BY_ONE || !ONE_BY_ONE.contains(way.contender()))
                        .toList();
                Size size = extent.shorter(count);
                List<Series> series = measure(
                        able, size, ServerCpu.ofBackends(), way -> way.call().run(accounts, () -> {}));
                addTimes(figures, count, series);
                series.forEach(own -> figures.add("bytes", Contender.valueOf(own.name()), count, own.bytes()));
            }
        }
    }

    static void heldKeys(Figures figures, Stage stage, Extent extent, List<Contender> contenders) throws Exception {
        System.setProperty("advisorylock.max-keys", "20000");
        try (Ways ways = Ways.open(stage.direct(), 2)) {
            Way byHand = ways.of(BY_HAND);
            for (int count : extent.held()) {
                List<Integer> held = IntStream.rangeClosed(1, count).boxed().toList();
                for (Way way : ways.of(contenders)) {
                    if (count > 10 * MOST_ONE_BY_ONE && ONE_BY_ONE.contains(way.contender())) {
                        continue;
                    }
                    Party party = Party.of(1);
                    CompletableFuture<Boolean> holder = Async.run(() -> {
                        way.call().run(held, party::attend);
                        return true;
                    });
                    party.awaitGuests();
                    List<Series> both = measure(
                            List.of(byHand, way),
                            extent.shorter(20),
                            ServerCpu.ofBackends(),
                            one -> one.withdraw(ACCOUNT));
                    figures.addRatio(
                            "time",
                            way.contender(),
                            count,
                            both.get(1).wall(),
                            both.get(0).wall());
                    party.letGo();
                    holder.get(1, TimeUnit.MINUTES);
                }
            }
        } finally {
            System.clearProperty("advisorylock.max-keys");
        }
    }

    static void network(Figures figures, Stage stage, Extent extent, List<Contender> contenders) throws Exception {
        try (Ways ways = Ways.open(stage.proxied(), 1)) {
            List<Way> all = ways.of(contenders);
            for (Way way : all) {
                way.withdraw(ACCOUNT);
            }
            for (int micros : extent.delays()) {
                stage.delay(Duration.ofNanos(micros * 1000L));
                List<Series> series =
                        measure(all, extent.shorter(100), ServerCpu.ofBackends(), way -> way.withdraw(ACCOUNT));
                addTimes(figures, micros / 1000.0, series);
                for (Series own : series) {
                    figures.add(
                            "millis",
                            Contender.valueOf(own.name()),
                            micros / 1000.0,
                            own.wall().quantile(0.1) / 1e6,
                            own.wall().median() / 1e6,
                            own.wall().quantile(0.9) / 1e6);
                }
            }
        } finally {
            stage.delay(Duration.ZERO);
        }
    }

    static void refused(Figures figures, Stage stage, Extent extent, List<Contender> contenders) throws Exception {
        try (Ways ways = Ways.open(stage.direct(), 1);
                ChildProcess base = Worker.start(stage.direct(), 1);
                ChildProcess rival = Worker.start(stage.direct(), 1)) {
            Way byHand = ways.of(BY_HAND);
            // For the base of all ratios, which is refused by a lock of its own.
            base.ask("hold " + BY_HAND + " 1");
            for (Way way : ways.of(contenders)) {
                rival.ask("hold " + way.contender() + " 2");
                if (way.attempt().succeeds(2)) {
                    throw new IllegalStateException(way.contender() + " has got a lock that another JVM holds");
                }
                List<Series> both = new SliceRounds(extent.shorter(10), ServerCpu.ofBackends())
                        .run(List.of(
                                new Contestant("base", () -> byHand.attempt().succeeds(1)),
                                new Contestant("way", () -> way.attempt().succeeds(2))));
                figures.addRatio(
                        "time",
                        way.contender(),
                        0,
                        both.get(1).wall(),
                        both.get(0).wall());
                rival.ask("release");
            }
            base.ask("release");
        }
    }
}
