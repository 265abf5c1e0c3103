package org.advisorylock.benchmarks.peers;

import static org.advisorylock.benchmarks.peers.Contender.*;

import java.util.ArrayList;
import java.util.List;
import org.advisorylock.benchmarks.peers.Part.Better;
import org.advisorylock.benchmarks.peers.Part.Measure;

/** All parts, in the order of the page. */
final class Parts {

    private static final List<Contender> EACH = List.of(
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

    private static final Measure TIME = new Measure("time", "time / by hand", 2, Better.LESS);
    private static final Measure RATE = new Measure("rate", "calls per second / by hand", 2, Better.MORE);
    private static final Measure MEDIAN = new Measure("median", "median wait, ms", 1, Better.NONE);
    private static final Measure LONGEST = new Measure("longest", "longest wait, ms", 1, Better.LESS);

    static final List<Part> ALL = List.of(
            new Part(
                    "free",
                    "One free key",
                    "One thread. Nobody else wants the key. Round trips are counted at proxies in front of PostgreSQL,"
                            + " Redis and ZooKeeper. Client time and bytes are those of all threads of the JVM. Server"
                            + " time is that of PostgreSQL's backends and of Redis and ZooKeeper.",
                    "",
                    EACH,
                    List.of(
                            TIME,
                            new Measure("trips", "round trips", 0, Better.LESS),
                            new Measure("client", "client CPU / by hand", 2, Better.LESS),
                            new Measure("server", "server CPU / by hand", 2, Better.LESS),
                            new Measure("bytes", "bytes", 0, Better.NONE)),
                    SliceParts::freeKey),
            new Part(
                    "keys",
                    "Several free keys",
                    "One thread takes more and more keys in one transaction. By hand is one statement that takes them"
                            + " all. A way that must take them one by one has no figure for 1,000 keys, except the loop"
                            + " by hand.",
                    "keys",
                    with(BY_HAND_LOOP, without(NO_LOCK)),
                    List.of(TIME, new Measure("bytes", "bytes of the client", 0, Better.NONE)),
                    SliceParts::severalKeys),
            new Part(
                    "held",
                    "A free key while others are held",
                    "A second thread of the JVM holds more and more keys in the same way, and one thread takes one more"
                            + " that is free. The time is divided by that of a lock by hand while only those keys are"
                            + " held.",
                    "held keys",
                    without(NO_LOCK),
                    List.of(TIME),
                    SliceParts::heldKeys),
            new Part(
                    "network",
                    "A slower network",
                    "One thread, a free key, and proxies in front of all servers that make each round trip longer.",
                    "round trip, ms",
                    EACH,
                    List.of(TIME, new Measure("millis", "whole call, ms", 2, Better.NONE)),
                    SliceParts::network),
            new Part(
                    "refused",
                    "Refused at once",
                    "Another JVM holds the key, and the call does not wait. Nobody can try an upsert without waiting, so"
                            + " it is not here. Time is that of the transaction with the refused lock and without"
                            + " work, or of the refused lock alone for a lock around a transaction.",
                    "",
                    List.of(
                            BY_HAND,
                            FOR_UPDATE,
                            ANNOTATION,
                            TRANSACTION_LOCKS,
                            BY_HAND_THROWS,
                            ANNOTATION_THROWS,
                            SHEDLOCK,
                            SPRING,
                            REDISSON,
                            CURATOR,
                            SESSION_BY_HAND,
                            SESSION_LOCKS,
                            SESSION_SCOPE),
                    List.of(TIME),
                    SliceParts::refused),
            new Part(
                    "hot",
                    "One hot key in one JVM",
                    "All threads want the same account all the time. The pool of the transactions has 10 connections,"
                            + " that of the other locks one for each thread.",
                    "threads",
                    without(NO_LOCK),
                    List.of(RATE, MEDIAN, LONGEST),
                    CrowdParts::threads),
            new Part(
                    "jvms",
                    "One hot key in several JVMs",
                    "Each JVM has 8 threads that want the same account all the time. Each holder keeps it for 2 ms.",
                    "JVMs",
                    without(NO_LOCK),
                    List.of(RATE, MEDIAN, LONGEST),
                    CrowdParts::jvms),
            new Part(
                    "unrelated",
                    "Unrelated work beside a hot key",
                    "40 threads want one account, each holder keeps it for 2 ms, and 4 threads read other rows on the same"
                            + " pool of 10 connections. 1.00 is what these read when nobody wants the account.",
                    "",
                    without(NO_LOCK),
                    List.of(
                            new Measure("idle", "reads / idle", 2, Better.MORE),
                            new Measure("reads", "99th percentile of a read, ms", 1, Better.NONE)),
                    CrowdParts::unrelated),
            new Part(
                    "losses",
                    "What is lost when a lock is used as people use it",
                    "16 threads withdraw 200 times each from five accounts: 3,200 withdrawals. *Inside* means that the"
                            + " lock is taken and released in the `@Transactional` method, so that it is free"
                            + " before the commit. Whoever comes in between reads the old balance, and a withdrawal"
                            + " is lost. A lock that ends with its transaction cannot be used like that.",
                    "",
                    EACH,
                    List.of(
                            new Measure("inside", "lost, lock inside the transaction", 0, Better.LESS),
                            new Measure("rightly", "lost, used rightly", 0, Better.LESS)),
                    CrowdParts::losses));

    private Parts() {}

    private static List<Contender> without(Contender contender) {
        return EACH.stream().filter(each -> each != contender).toList();
    }

    private static List<Contender> with(Contender contender, List<Contender> others) {
        List<Contender> all = new ArrayList<>(others);
        all.add(all.indexOf(BY_HAND) + 1, contender);
        return List.copyOf(all);
    }
}
