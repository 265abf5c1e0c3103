package org.advisorylock.testbed;

import com.arjuna.ats.arjuna.common.CoreEnvironmentBeanException;
import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionSynchronizationRegistryImple;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.UserTransaction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Narayana. There is one for the JVM, so its settings must be made before its first use. Recovery is not started. */
final class Narayana {

    static {
        configure();
    }

    private Narayana() {}

    private static void configure() {
        try {
            // Without it every enlistment logs a stack trace (ARJUNA016111).
            arjPropertyManager.getCoreEnvironmentBean().setNodeIdentifier("testbed");
            // This part is for recovery in another process. It listens on a port, and writes a file when the JVM ends.
            arjPropertyManager.getCoordinatorEnvironmentBean().setTransactionStatusManagerEnable(false);
            Path folder = Files.createTempDirectory("narayana");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder), "delete-object-store"));
            objectStore(arjPropertyManager.getObjectStoreEnvironmentBean(), folder, "default");
            for (String name : List.of("communicationStore", "stateStore")) {
                objectStore(BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, name), folder, name);
            }
        } catch (CoreEnvironmentBeanException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void objectStore(ObjectStoreEnvironmentBean bean, Path folder, String name) {
        bean.setObjectStoreDir(folder.resolve(name).toString());
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static TransactionManager transactionManager() {
        return com.arjuna.ats.jta.TransactionManager.transactionManager();
    }

    static TransactionSynchronizationRegistry synchronizationRegistry() {
        return new TransactionSynchronizationRegistryImple();
    }

    static UserTransaction userTransaction() {
        return com.arjuna.ats.jta.UserTransaction.userTransaction();
    }
}
