package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.transaction.Status;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.io.File;
import java.io.IOException;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.testbed.JtaStack;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Threads of a pool, the transaction manager and the driver outlive an application. None of them keeps its class
 * loader, however its transactions ended.
 */
@ExtendWith(NoLockLeft.class)
@Timeout(120)
class AnEndedApplicationIsCollectedIT {

    /** Loads the library, the container and the application itself, as a server does for each application. */
    private static final class ApplicationLoader extends URLClassLoader {

        private static final List<String> OWN = List.of(
                "org.advisorylock.",
                "org.jboss.weld.",
                "jakarta.enterprise.",
                "jakarta.transaction.Transactional",
                "jakarta.transaction.TransactionScoped",
                "com.arjuna.ats.jta.cdi.");

        ApplicationLoader(URL[] urls) {
            super("application", urls, AnEndedApplicationIsCollectedIT.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (OWN.stream().noneMatch(name::startsWith) || name.startsWith("org.advisorylock.testbed.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : findClass(name);
            }
        }

        @Override
        public URL getResource(String name) {
            return findResource(name);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            return findResources(name);
        }
    }

    private final JtaStack jta = JtaStack.start();
    private final ThreadPoolExecutor pooled = (ThreadPoolExecutor) Executors.newFixedThreadPool(2);
    private final ReferenceQueue<Object> collected = new ReferenceQueue<>();

    @AfterEach
    void stop() {
        pooled.shutdown();
        jta.close();
    }

    private <T> T onPooledThread(Callable<T> work) throws Exception {
        return pooled.submit(work).get();
    }

    @Test
    void afterReaperTimeoutsAsynchronousEndsAndWaits() throws Exception {
        // Some threads outlive all applications. No application of this test starts them.
        pooled.prestartAllCoreThreads();
        reap(() -> {
            try (Connection connection = jta.dataSource().getConnection()) {
                return connection.isValid(1);
            }
        });
        WeakReference<Object> loader = useAndEnd();
        for (int i = 0; i < 300 && !loader.refersTo(null); i++) {
            System.gc();
            Object unused = collected.remove(100);
        }
        assertThat(loader.refersTo(null)).as("the class loader is collected").isTrue();
    }

    private WeakReference<Object> useAndEnd() throws Exception {
        ApplicationLoader loader = new ApplicationLoader(classPath());
        WeakReference<Object> watched = new WeakReference<>(loader, collected);
        try (loader) {
            onPooledThread(() -> {
                Thread.currentThread().setContextClassLoader(loader);
                try {
                    use(loader);
                } finally {
                    Thread.currentThread().setContextClassLoader(null);
                }
                return true;
            });
        }
        return watched;
    }

    private static URL[] classPath() throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (String entry : List.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return urls.toArray(new URL[0]);
    }

    @SuppressWarnings("unchecked")
    private void use(ApplicationLoader loader) throws Exception {
        Object tenant = loader.loadClass(Tenant.class.getName())
                .getConstructor(DataSource.class)
                .newInstance(jta.dataSource());
        assertThat(tenant).isNotInstanceOf(Tenant.class);
        try (AutoCloseable closing = (AutoCloseable) tenant) {
            Objects.requireNonNull(closing);
            BiFunction<String, CompletableFuture<Integer>, Object> application =
                    (BiFunction<String, CompletableFuture<Integer>, Object>) tenant;
            CompletableFuture<Integer> result = new CompletableFuture<>();
            assertThat(application.apply("warm up", result)).isEqualTo(1);
            assertThat(application.apply("round", result)).isEqualTo(1);
            reap(() -> application.apply("k", result));
            CompletionStage<?> later = (CompletionStage<?>) application.apply("later", result);
            onPooledThread(() -> result.complete(1));
            later.toCompletableFuture().get();
            endElsewhere(() -> application.apply("k", result));
            waitInTheServer(() -> application.apply("k", result));
        }
    }

    /** Leaves a transaction to the reaper. */
    private void reap(Callable<Object> work) throws Exception {
        TransactionManager manager = jta.transactionManager();
        manager.setTransactionTimeout(1);
        manager.begin();
        manager.setTransactionTimeout(0);
        work.call();
        long end = System.nanoTime() + 60_000_000_000L;
        while (manager.getStatus() == Status.STATUS_ACTIVE || manager.getStatus() == Status.STATUS_ROLLING_BACK) {
            assertThat(System.nanoTime() - end).as("not reaped within a minute").isNegative();
            LockSupport.parkNanos(1_000_000);
        }
        manager.rollback();
    }

    /** Has another thread end a transaction. */
    private void endElsewhere(Callable<Object> work) throws Exception {
        TransactionManager manager = jta.transactionManager();
        manager.begin();
        work.call();
        Transaction transaction = manager.suspend();
        onPooledThread(() -> {
            manager.resume(transaction);
            manager.commit();
            return true;
        });
    }

    /** Waits in the database, watched for interrupts. */
    private void waitInTheServer(Callable<Object> work) throws Exception {
        long key = AdvisoryLockKey.of("k", KeyHash.MD5).number();
        try (Rival rival = Rival.holding(key)) {
            CompletableFuture<Boolean> rivalEnds = Application.async(() -> {
                Rival.awaitWaiter(key);
                rival.commit();
                return true;
            });
            work.call();
            assertThat(rivalEnds.get()).isTrue();
        }
    }
}
