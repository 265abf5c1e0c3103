package org.advisorylock.impl.faults;

import static java.util.Map.entry;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.SharedCacheMode;
import jakarta.persistence.spi.PersistenceUnitInfo;
import jakarta.persistence.spi.PersistenceUnitTransactionType;
import jakarta.transaction.TransactionManager;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import javax.sql.DataSource;
import org.eclipse.persistence.config.PersistenceUnitProperties;
import org.eclipse.persistence.jpa.PersistenceProvider;
import org.eclipse.persistence.platform.server.ServerPlatformBase;
import org.eclipse.persistence.sessions.DatabaseSession;
import org.eclipse.persistence.sessions.ExternalTransactionController;
import org.eclipse.persistence.transaction.JTATransactionController;

/** The entities of one server: an entity manager factory of EclipseLink, with a cache of its own, in JTA. */
final class EntityServer implements AutoCloseable {

    private final LockedBank bank;
    private final EntityManagerFactory entities;

    EntityServer(BankApplication application, SharedCacheMode mode) {
        bank = application.bank();
        entities = new PersistenceProvider()
                .createContainerEntityManagerFactory(
                        unit(application.dataSource(), mode),
                        Map.of(
                                PersistenceUnitProperties.TARGET_SERVER,
                                NarayanaPlatform.class.getName(),
                                // One name is one cache.
                                PersistenceUnitProperties.SESSION_NAME,
                                UUID.randomUUID().toString(),
                                PersistenceUnitProperties.WEAVING,
                                "false",
                                PersistenceUnitProperties.LOGGING_LEVEL,
                                "OFF"));
    }

    /** What a server would read from persistence.xml. */
    private static PersistenceUnitInfo unit(DataSource dataSource, SharedCacheMode mode) {
        ClassLoader loader = EntityServer.class.getClassLoader();
        Map<String, Object> answers = Map.ofEntries(
                entry("getPersistenceUnitName", "faults"),
                entry("getTransactionType", PersistenceUnitTransactionType.JTA),
                entry("getJtaDataSource", dataSource),
                entry("getSharedCacheMode", mode),
                entry("getManagedClassNames", List.of(AccountEntity.class.getName())),
                entry("getMappingFileNames", List.of()),
                entry("getJarFileUrls", List.of()),
                entry("getPersistenceUnitRootUrl", root()),
                entry("excludeUnlistedClasses", true),
                entry("getProperties", new Properties()),
                entry("getClassLoader", loader),
                entry("getNewTempClassLoader", loader));
        return (PersistenceUnitInfo) Proxy.newProxyInstance(
                loader,
                new Class<?>[] {PersistenceUnitInfo.class},
                (proxy, method, arguments) -> answers.get(method.getName()));
    }

    private static URL root() {
        return AccountEntity.class.getProtectionDomain().getCodeSource().getLocation();
    }

    /** Calls a locked method that loads the account and changes it. The commit writes it. */
    void withdraw(int account, long amount, boolean refresh) throws Exception {
        bank.locked("account:" + account, () -> {
            EntityManager manager = entities.createEntityManager();
            AccountEntity found = manager.find(AccountEntity.class, account);
            if (refresh) {
                manager.refresh(found);
            }
            // The persistence context lives on until the transaction has ended.
            manager.close();
            return found.withdraw(amount);
        });
    }

    @Override
    public void close() {
        entities.close();
    }

    /** What EclipseLink knows of other servers by itself. */
    public static final class NarayanaPlatform extends ServerPlatformBase {

        /** Called by EclipseLink. */
        public NarayanaPlatform(DatabaseSession session) {
            super(session);
        }

        @Override
        public Class<? extends ExternalTransactionController> getExternalTransactionControllerClass() {
            return RunningTransactions.class;
        }
    }

    /** The transactions of the running application. */
    public static final class RunningTransactions extends JTATransactionController {
        @Override
        protected TransactionManager acquireTransactionManager() {
            return BankApplication.manager();
        }
    }
}
