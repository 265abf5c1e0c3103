package org.advisorylock.benchmarks.peers;

import static org.advisorylock.benchmarks.peers.Contender.*;

import java.util.List;
import org.advisorylock.benchmarks.Contestant;
import org.advisorylock.benchmarks.Series;
import org.advisorylock.benchmarks.ServerCpu;
import org.advisorylock.benchmarks.SliceRounds;

/** One thread and a key that nobody else wants. */
final class FreeKey implements Part {

    private static final int ACCOUNT = 42;
    private static final int WARM_UPS = 12;
    private static final int COUNTED = 20;

    @Override
    public String name() {
        return "free";
    }

    @Override
    public String title() {
        return "One free key";
    }

    @Override
    public String text() {
        return "One thread. Nobody else wants the key. Round trips are counted at proxies in front of PostgreSQL, Redis"
                + " and ZooKeeper. Client time and bytes are those of all threads of the JVM. Server time is that of"
                + " PostgreSQL's backends, and of Redis or ZooKeeper, if they take part.";
    }

    @Override
    public List<Contender> contenders() {
        return List.of(
                NO_LOCK,
                BY_HAND,
                FOR_UPDATE,
                UPSERT,
                ANNOTATION,
                TRANSACTION_LOCKS,
                SHEDLOCK,
                SPRING,
                REDISSON,
                CURATOR,
                SESSION_BY_HAND,
                SESSION_LOCKS,
                SESSION_SCOPE);
    }

    @Override
    public List<Measure> measures() {
        return List.of(
                new Measure("time", "time / by hand", 2, Better.LESS),
                new Measure("trips", "round trips", 0, Better.LESS),
                new Measure("client", "client CPU / by hand", 2, Better.LESS),
                new Measure("server", "server CPU / by hand", 2, Better.LESS),
                new Measure("bytes", "bytes", 0, Better.NONE));
    }

    @Override
    public String varied() {
        return "";
    }

    @Override
    public Figures run(Stage stage, Extent extent) throws Exception {
        Figures figures = new Figures();
        try (Ways ways = Ways.open(stage.proxied(), 1)) {
            for (Way way : ways.of(contenders())) {
                figures.add("trips", way.contender(), 0, roundTrips(stage, way));
            }
        }
        try (Ways ways = Ways.open(stage.direct(), 1)) {
            List<Way> all = ways.of(contenders());
            for (Way way : all) {
                way.withdraw(ACCOUNT);
            }
            ServerCpu server = ServerCpu.ofBackends().and(stage.processes());
            List<Series> series = new SliceRounds(extent.slices(), server)
                    .run(all.stream()
                            .map(way -> new Contestant(way.contender().title(), () -> way.withdraw(ACCOUNT)))
                            .toList());
            Series base = series.get(all.indexOf(ways.of(BY_HAND)));
            for (int i = 0; i < all.size(); i++) {
                Contender contender = all.get(i).contender();
                Series own = series.get(i);
                figures.addRatio("time", contender, 0, own.wall(), base.wall());
                figures.addRatio("client", contender, 0, own.client(), base.client());
                if (server.isReadable()) {
                    figures.addRatio("server", contender, 0, own.server(), base.server());
                }
                figures.add("bytes", contender, 0, own.bytes());
            }
        }
        return figures;
    }

    private static double roundTrips(Stage stage, Way way) throws Exception {
        for (int i = 0; i < WARM_UPS; i++) {
            way.withdraw(ACCOUNT);
        }
        long before = stage.roundTrips();
        for (int i = 0; i < COUNTED; i++) {
            way.withdraw(ACCOUNT);
        }
        return (stage.roundTrips() - before) / (double) COUNTED;
    }
}
