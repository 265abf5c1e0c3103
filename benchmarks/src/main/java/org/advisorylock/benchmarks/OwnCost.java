package org.advisorylock.benchmarks;

import java.io.PrintStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.advisorylock.benchmarks.own.JtaCall;
import org.advisorylock.benchmarks.own.KeyMaking;
import org.advisorylock.benchmarks.own.WholeCall;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What the library costs by itself, without a database: nanoseconds and bytes for one call. */
public final class OwnCost {

    private static final String ALLOCATION = "gc.alloc.rate.norm";

    private OwnCost() {}

    /** Nanoseconds, bytes. */
    private record Cost(double nanos, double bytes) {

        static final Cost NONE = new Cost(0, 0);

        /** Of the fastest tenth of the iterations, which other programs disturbed least. */
        static Cost of(RunResult result) {
            double[] nanos = result.getBenchmarkResults().stream()
                    .flatMap(fork -> fork.getIterationResults().stream())
                    .map(IterationResult::getPrimaryResult)
                    .mapToDouble(iteration -> iteration.getScore())
                    .sorted()
                    .toArray();
            Result<?> bytes = result.getSecondaryResults().get(ALLOCATION);
            return new Cost(nanos[nanos.length / 10], bytes == null ? Double.NaN : bytes.getScore());
        }

        Cost minus(Cost other) {
            return new Cost(nanos - other.nanos, bytes - other.bytes);
        }
    }

    /** Runs for about four minutes. */
    public static void main(String[] arguments) throws Exception {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .forks(2)
                .warmupIterations(100)
                .warmupTime(TimeValue.milliseconds(50))
                // Iterations are so short that other programs do not interrupt all of them.
                .measurementIterations(200)
                .measurementTime(TimeValue.milliseconds(5));
        run(options, System.out);
    }

    /** Runs each benchmark once in this JVM, to show that it runs. */
    static void tiny(PrintStream out) throws Exception {
        run(
                new OptionsBuilder()
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(10)),
                out);
    }

    private static void run(ChainedOptionsBuilder options, PrintStream out) throws Exception {
        FigureReport report = new FigureReport(out);
        report.title("The library alone, per call");
        report.machine();
        Map<String, Cost> costs = new TreeMap<>();
        for (RunResult result : new Runner(options.include(including(WholeCall.class))
                        .include(including(JtaCall.class))
                        .include(including(KeyMaking.class))
                        .mode(Mode.AverageTime)
                        .timeUnit(TimeUnit.NANOSECONDS)
                        .addProfiler(GCProfiler.class)
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run()) {
            costs.put(result.getParams().getBenchmark(), Cost.of(result));
        }
        report.head("call", "ns (p10)", "bytes");
        whole(report, costs, WholeCall.class, "stub transaction", Map.of("locked", "1 key", "several", "10 keys"));
        row(
                report,
                "stub transaction: two interceptors that do nothing",
                cost(costs, WholeCall.class, "interceptedTwice"));
        Cost inCode = cost(costs, WholeCall.class, "inCode");
        row(report, "stub transaction: TransactionLocks, 1 key", inCode);
        row(
                report,
                "stub transaction: **the library's own, TransactionLocks, its key's text included**",
                inCode.minus(cost(costs, WholeCall.class, "plain")));
        whole(report, costs, JtaCall.class, "Narayana", Map.of("locked", "1 key"));
        for (String part :
                new String[] {"argumentByHand", "argument", "path", "places", "collection", "md5", "sha256"}) {
            row(report, "key making: " + part, cost(costs, KeyMaking.class, part));
        }
        report.machine();
    }

    private static String including(Class<?> benchmark) {
        return "^" + benchmark.getName().replace(".", "\\.") + "\\.";
    }

    /** The cost of each call, and what the library adds to a call with an interceptor that does nothing. */
    private static void whole(
            FigureReport report, Map<String, Cost> costs, Class<?> benchmark, String name, Map<String, String> calls) {
        row(report, name + ": no interceptor", cost(costs, benchmark, "plain"));
        Cost nothing = cost(costs, benchmark, "intercepted");
        row(report, name + ": an interceptor that does nothing", nothing);
        calls.forEach((call, keys) -> {
            Cost cost = cost(costs, benchmark, call);
            row(report, name + ": @AdvisoryLock, " + keys, cost);
            row(report, name + ": **the library's own, " + keys + "**", cost.minus(nothing));
        });
    }

    private static Cost cost(Map<String, Cost> costs, Class<?> benchmark, String method) {
        return costs.getOrDefault(benchmark.getName() + "." + method, Cost.NONE);
    }

    private static void row(FigureReport report, String name, Cost cost) {
        report.row(name, Math.round(cost.nanos()), Math.round(cost.bytes()));
    }
}
