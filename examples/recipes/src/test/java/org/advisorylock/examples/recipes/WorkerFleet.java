package org.advisorylock.examples.recipes;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.literal.NamedLiteral;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.util.AnnotationLiteral;
import jakarta.inject.Qualifier;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.advisorylock.testbed.JtaStack;
import org.advisorylock.testbed.JtaStack.Enlistment;
import org.advisorylock.testbed.TcpProxy;
import org.advisorylock.testbed.TestDatabase;

/**
 * Workers with a database each, of which the first three are the members of a group; each database is behind a proxy of
 * its own.
 */
final class WorkerFleet implements AutoCloseable {
    static final int WORKERS = 4;
    private static final int MEMBERS = 3;
    private static final String GROUP = "advisorylock.group.fleet";
    private static final String HEARTBEAT = "advisorylock.session.heartbeat";

    /** Makes the members beans beside the worker's own DataSource. */
    @Qualifier
    @Retention(RetentionPolicy.RUNTIME)
    @interface OfTheFleet {
        /** Itself. */
        final class Literal extends AnnotationLiteral<OfTheFleet> implements OfTheFleet {
            private static final long serialVersionUID = 1;
        }
    }

    /** Brings a worker's DataSources: its own, and those of the members. */
    static final class Pools implements Extension {
        private final DataSource own;
        private final List<DataSource> members;

        Pools(DataSource own, List<DataSource> members) {
            this.own = own;
            this.members = members;
        }

        void add(@Observes AfterBeanDiscovery event) {
            event.addBean()
                    .types(DataSource.class)
                    .scope(ApplicationScoped.class)
                    .createWith(creation -> own);
            for (int member = 0; member < members.size(); member++) {
                DataSource dataSource = members.get(member);
                event.addBean()
                        .types(DataSource.class)
                        .scope(ApplicationScoped.class)
                        .qualifiers(new OfTheFleet.Literal(), NamedLiteral.of("worker-" + (member + 1)))
                        .id("worker-" + member)
                        .createWith(creation -> dataSource);
            }
        }
    }

    private final List<TcpProxy> proxies = new ArrayList<>();
    private final List<String> databases = new ArrayList<>();
    private final List<JtaStack> stacks = new ArrayList<>();
    private final List<SeContainer> containers = new ArrayList<>();

    private WorkerFleet() throws IOException {
        databases.addAll(TestDatabase.get().groupUrls());
        databases.add(TestDatabase.get().jdbcUrl());
        for (int worker = 0; worker < WORKERS; worker++) {
            proxies.add(TcpProxy.toDatabase());
        }
    }

    /** Starts the workers, each with a table in its database. */
    static WorkerFleet start(String table, Class<?>... recipes) throws Exception {
        System.setProperty(GROUP, "worker-1, worker-2, worker-3");
        System.setProperty(HEARTBEAT, "PT2S");
        WorkerFleet fleet = new WorkerFleet();
        try {
            for (int worker = 0; worker < WORKERS; worker++) {
                fleet.execute(worker, "DROP TABLE IF EXISTS report", "CREATE TABLE " + table);
                fleet.launch(worker, recipes);
            }
            return fleet;
        } catch (Throwable e) {
            fleet.close();
            throw e;
        }
    }

    private void launch(int worker, Class<?>... recipes) {
        JtaStack jta = JtaStack.start();
        stacks.add(jta);
        List<DataSource> members = new ArrayList<>();
        for (int member = 0; member < MEMBERS; member++) {
            members.add(jta.pool(Enlistment.NONE, url(member), 10));
        }
        containers.add(SeContainerInitializer.newInstance()
                .addExtensions(new Pools(jta.pool(Enlistment.LOCAL, url(worker), 10), members))
                .addBeanClasses(Sql.class)
                .addBeanClasses(recipes)
                .initialize());
    }

    private String url(int worker) {
        String url = proxies.get(worker).jdbcUrl(databases.get(worker));
        return url + (url.contains("?") ? "&" : "?") + "loginTimeout=5";
    }

    <T> T get(int worker, Class<T> type) {
        return containers.get(worker).select(type).get();
    }

    /** Makes a worker's database unreachable for everybody. */
    void swallow(int worker, boolean on) {
        proxies.get(worker).blackhole(on);
    }

    /** Past the proxy. */
    private Connection connect(int worker) throws SQLException {
        return TestDatabase.get().connectTo(databases.get(worker));
    }

    void execute(int worker, String... sql) throws SQLException {
        try (var connection = connect(worker);
                var statement = connection.createStatement()) {
            for (String one : sql) {
                statement.execute(one);
            }
        }
    }

    long number(int worker, String sql) throws SQLException {
        try (var connection = connect(worker);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** How many exclusive locks a worker's database has; by shared ones the workers see each other. */
    long locks(int worker) throws SQLException {
        return number(
                worker,
                "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
                        + " WHERE l.locktype = 'advisory' AND l.mode = 'ExclusiveLock' AND d.datname = current_database()");
    }

    @Override
    public void close() throws Exception {
        System.clearProperty(GROUP);
        System.clearProperty(HEARTBEAT);
        for (TcpProxy proxy : proxies) {
            proxy.blackhole(false);
        }
        for (SeContainer container : containers) {
            container.close();
        }
        for (int worker = 0; worker < WORKERS; worker++) {
            int one = worker;
            Cluster.await("its locks are let go", () -> locks(one) == 0);
            execute(worker, "DROP TABLE IF EXISTS report");
        }
        for (JtaStack jta : stacks) {
            Cluster.await("its connections are given back", () -> jta.borrowed() == 0);
            jta.close();
        }
        for (TcpProxy proxy : proxies) {
            proxy.close();
        }
    }
}
