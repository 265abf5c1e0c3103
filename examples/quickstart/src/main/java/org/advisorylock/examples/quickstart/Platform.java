package org.advisorylock.examples.quickstart;

import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.narayana.NarayanaTransactionIntegration;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.inject.Inject;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.logging.LogManager;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * What an application server would bring: CDI, JTA, a database and a connection pool. In a server you need nothing of
 * this class.
 */
@ApplicationScoped
public class Platform {
    /** A database to use instead of the own one, with user and password in the URL. */
    static final String DATABASE = "LOCKS_TEST_JDBC_URL";

    /**
     * One for each user, because users cannot write into each other's. It is kept, so the binaries are unpacked only
     * once.
     */
    private static final File FOLDER = new File(
            System.getProperty("java.io.tmpdir"), "advisory-lock-quickstart-" + System.getProperty("user.name"));

    @Inject
    TransactionManager transactions;

    @Inject
    TransactionSynchronizationRegistry registry;

    private @Nullable EmbeddedPostgres postgres;
    private AgroalDataSource pool;

    /** Starts CDI and JTA; the database starts with its first use. Closing the container ends all of it. */
    static SeContainer start() {
        keepLogsQuiet();
        prepareTransactionManager();
        return SeContainerInitializer.newInstance().initialize();
    }

    private static void keepLogsQuiet() {
        try (InputStream settings = Platform.class.getResourceAsStream("/logging.properties")) {
            LogManager.getLogManager().readConfiguration(settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says where Narayana keeps its log, by default the working folder. The rest is in jbossts-properties.xml. */
    private static void prepareTransactionManager() {
        String folder = new File(FOLDER, "transactions").getPath();
        BeanPopulator.getDefaultInstance(ObjectStoreEnvironmentBean.class).setObjectStoreDir(folder);
        for (String store : new String[] {"communicationStore", "stateStore"}) {
            BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, store)
                    .setObjectStoreDir(folder);
        }
    }

    @PostConstruct
    void startDatabase() {
        String given = System.getenv().getOrDefault(DATABASE, "");
        String url = given.isEmpty() ? startPostgres() : given;
        try {
            pool = AgroalDataSource.from(
                    new AgroalDataSourceConfigurationSupplier().connectionPoolConfiguration(connections -> connections
                            .maxSize(20)
                            .acquisitionTimeout(Duration.ofSeconds(30))
                            // Enlists each connection in the JTA transaction of its thread. The locks need it.
                            .transactionIntegration(new NarayanaTransactionIntegration(transactions, registry))
                            .connectionFactoryConfiguration(
                                    factory -> factory.jdbcUrl(url).connectionProviderClass(Driver.class))));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private String startPostgres() {
        try {
            postgres = EmbeddedPostgres.builder()
                    .setOverrideWorkingDirectory(new File(FOLDER, "postgres"))
                    .setServerConfig("listen_addresses", "127.0.0.1")
                    .start();
            return "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres?user=postgres";
        } catch (IOException | IllegalStateException e) {
            throw new IllegalStateException(
                    "PostgreSQL did not start. It refuses to run as root where there are no user namespaces:"
                            + " run this as an ordinary user, or name a database by the environment variable "
                            + DATABASE,
                    e);
        }
    }

    /** The DataSource that the application and the locks use. The library finds it because it is the only such bean. */
    @Produces
    @ApplicationScoped
    DataSource dataSource() {
        return pool;
    }

    @PreDestroy
    void stop() {
        pool.close();
        try {
            if (postgres != null) {
                postgres.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
