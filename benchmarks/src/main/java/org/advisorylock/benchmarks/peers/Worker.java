package org.advisorylock.benchmarks.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.advisorylock.benchmarks.LoadPhase;
import org.advisorylock.testbed.Async;
import org.advisorylock.testbed.Party;
import org.advisorylock.testbed.TestDatabase;

/** The program of a further JVM, which does what it is told to. */
final class Worker {

    private final Ways ways;

    private Worker(Ways ways) {
        this.ways = ways;
    }

    /** Starts it; it has as many threads for a hot key as are said here. */
    static ChildProcess start(Places places, int threads) throws IOException {
        TestDatabase database = TestDatabase.get();
        String mark = places.jdbcUrl().contains("?") ? "&" : "?";
        String url = places.jdbcUrl() + mark + "user=" + database.user() + "&password=" + database.password();
        ChildProcess worker = ChildProcess.java(
                Worker.class,
                Map.of("LOCKS_TEST_DB", "external", "LOCKS_TEST_JDBC_URL", url),
                List.of(text(places.redis()), text(places.zooKeeper()), String.valueOf(threads)));
        worker.answer();
        return worker;
    }

    private static String text(OptionalInt port) {
        return port.isPresent() ? String.valueOf(port.getAsInt()) : "-";
    }

    private static OptionalInt port(String text) {
        return text.equals("-") ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text));
    }

    public static void main(String[] arguments) throws Exception {
        Places places = new Places(TestDatabase.get().jdbcUrl(), port(arguments[0]), port(arguments[1]));
        try (Ways ways = Ways.open(places, Integer.parseInt(arguments[2]));
                BufferedReader commands =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            new Worker(ways).obey(commands);
        }
        System.exit(0);
    }

    private void obey(BufferedReader commands) throws Exception {
        answer("ready");
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ", -1);
            Way way = ways.of(Contender.valueOf(words[1]));
            switch (words[0]) {
                case "press" -> press(way, words);
                case "hold" -> hold(way, Integer.parseInt(words[2]), commands);
                default -> throw new IllegalArgumentException(line);
            }
        }
    }

    /** Presses for an account: threads, nanoseconds that each holder keeps it, milliseconds. */
    private void press(Way way, String[] words) throws Exception {
        LoadPhase phase = LoadPhase.run(
                work -> way.call().run(List.of(0), work::run),
                Integer.parseInt(words[2]),
                Long.parseLong(words[3]),
                Long.parseLong(words[4]));
        answer(new PressResult(phase).text());
    }

    private void hold(Way way, int account, BufferedReader commands) throws Exception {
        Party party = Party.of(1);
        CompletableFuture<Boolean> holder = Async.run(() -> {
            way.call().run(List.of(account), party::attend);
            return true;
        });
        party.awaitGuests();
        answer("held");
        commands.readLine();
        party.letGo();
        holder.get(1, TimeUnit.MINUTES);
        answer("released");
    }

    private static void answer(String text) {
        System.out.println(ChildProcess.ANSWER + text);
    }

    /** What came of pressing for a key. */
    record PressResult(double perSecond, double median, double longest) {

        PressResult(LoadPhase phase) {
            this(phase.hotPerSecond(), phase.hot().millis(0.5), phase.hot().millis(1));
        }

        String text() {
            return perSecond + " " + median + " " + longest;
        }

        static PressResult parse(String text) {
            String[] words = text.split(" ", -1);
            return new PressResult(
                    Double.parseDouble(words[0]), Double.parseDouble(words[1]), Double.parseDouble(words[2]));
        }
    }
}
