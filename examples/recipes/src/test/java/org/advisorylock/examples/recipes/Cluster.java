package org.advisorylock.examples.recipes;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.advisorylock.testbed.Async;
import org.advisorylock.testbed.TestDatabase;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Some servers on one database, and the tables of a test; all of it is gone after the test. */
final class Cluster implements AfterEachCallback {
    private final Deque<RecipeNode> nodes = new ArrayDeque<>();
    private final List<String> tables = new ArrayList<>();

    /** Makes tables, each given as {@code "name (columns)"}. */
    void tables(String... definitions) throws Exception {
        for (String definition : definitions) {
            execute("CREATE TABLE " + definition);
            tables.add(definition.substring(0, definition.indexOf(' ')));
        }
    }

    /** Starts so many servers, one after the other. */
    List<RecipeNode> start(int count, Class<?>... recipes) {
        List<RecipeNode> started = new ArrayList<>();
        for (int node = 0; node < count; node++) {
            started.add(start(recipes));
        }
        return started;
    }

    /** Starts a server. */
    RecipeNode start(Class<?>... recipes) {
        RecipeNode node = RecipeNode.start(recipes);
        synchronized (nodes) {
            nodes.push(node);
        }
        return node;
    }

    /** Stops a server. */
    void stop(RecipeNode node) {
        synchronized (nodes) {
            nodes.remove(node);
        }
        node.close();
    }

    /** Runs something in a thread of its own. */
    static <T> CompletableFuture<T> async(Callable<T> work) {
        return Async.run(work);
    }

    /** Its result, within a minute. */
    static <T> T result(CompletableFuture<T> result) throws Exception {
        return result.get(1, TimeUnit.MINUTES);
    }

    /** Waits until something is so, for a minute at most. */
    static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!condition.call()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within a minute: " + what);
            }
            Thread.onSpinWait();
        }
    }

    static void execute(String... sql) throws Exception {
        try (var connection = TestDatabase.get().connect();
                var statement = connection.createStatement()) {
            for (String one : sql) {
                statement.execute(one);
            }
        }
    }

    /** The first column of all rows. */
    static List<Long> numbers(String sql) throws Exception {
        try (var connection = TestDatabase.get().connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            List<Long> numbers = new ArrayList<>();
            while (rows.next()) {
                numbers.add(rows.getLong(1));
            }
            return numbers;
        }
    }

    static long number(String sql) throws Exception {
        return numbers(sql).get(0);
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        try {
            List.copyOf(nodes).forEach(this::stop);
        } finally {
            execute(tables.stream().map(table -> "DROP TABLE " + table).toArray(String[]::new));
            tables.clear();
        }
    }
}
