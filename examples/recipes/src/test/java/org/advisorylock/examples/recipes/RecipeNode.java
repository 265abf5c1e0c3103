package org.advisorylock.examples.recipes;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.Extension;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.LockInfo;
import org.advisorylock.LockMonitor;
import org.advisorylock.testbed.JtaStack;

/** One of several servers: a container, a connection pool, and the classes that a user would copy. */
final class RecipeNode implements AutoCloseable {
    /** Brings the server's DataSource. */
    static final class Pool implements Extension {
        private final DataSource dataSource;

        Pool(DataSource dataSource) {
            this.dataSource = dataSource;
        }

        void add(@Observes AfterBeanDiscovery event) {
            event.addBean()
                    .types(DataSource.class)
                    .scope(ApplicationScoped.class)
                    .createWith(creation -> dataSource);
        }
    }

    private final JtaStack jta;
    private final SeContainer container;

    private RecipeNode(JtaStack jta, SeContainer container) {
        this.jta = jta;
        this.container = container;
    }

    static RecipeNode start(Class<?>... recipes) {
        JtaStack jta = JtaStack.start();
        try {
            SeContainer container = SeContainerInitializer.newInstance()
                    .addExtensions(new Pool(jta.dataSource()))
                    .addBeanClasses(Sql.class)
                    .addBeanClasses(recipes)
                    .initialize();
            return new RecipeNode(jta, container);
        } catch (Throwable e) {
            jta.close();
            throw e;
        }
    }

    <T> T get(Class<T> type) {
        return container.select(type).get();
    }

    /** The locks in the database, of all servers. */
    List<LockInfo> locks() {
        return get(LockMonitor.class).locks();
    }

    /** Who holds a key, on whatever server. */
    Optional<LockInfo> holder(String key) {
        return locks().stream()
                .filter(LockInfo::granted)
                .filter(lock -> lock.key().number()
                        == AdvisoryLockKey.of(key, KeyHash.MD5).number())
                .findAny();
    }

    /** Stops it as a deployment does. Fails if a connection was not given back. */
    @Override
    public void close() {
        container.close();
        jta.close();
    }
}
