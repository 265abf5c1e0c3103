package org.advisorylock.impl.it;

import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.literal.NamedLiteral;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.enterprise.inject.spi.Extension;
import java.lang.annotation.Annotation;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.advisorylock.LockMonitor;
import org.advisorylock.TransactionLocks;
import org.advisorylock.testbed.Async;
import org.advisorylock.testbed.JtaStack;

/** A running application: Weld SE with the library, some beans, and the DataSources of a transaction manager. */
final class Application implements AutoCloseable {

    private final JtaStack jta;
    private final SeContainer container;

    private Application(JtaStack jta, SeContainer container) {
        this.jta = jta;
        this.container = container;
    }

    /** Starts with a pool of 20 connections and these beans. */
    static Application of(Class<?>... beans) {
        return of(JtaStack.start(), beans);
    }

    static Application of(JtaStack jta, Class<?>... beans) {
        TestDataSources.local = jta.dataSource();
        return start(jta, beans);
    }

    /** Starts with the DataSource that was set in {@link TestDataSources}. */
    static Application start(JtaStack jta, Class<?>... beans) {
        return start(jta, SeContainerInitializer.newInstance(), beans);
    }

    /** Starts with an extension of its own. */
    static Application startWith(Extension extension, Class<?>... beans) {
        JtaStack jta = JtaStack.start();
        TestDataSources.local = jta.dataSource();
        return start(jta, SeContainerInitializer.newInstance().addExtensions(extension), beans);
    }

    private static Application start(JtaStack jta, SeContainerInitializer initializer, Class<?>... beans) {
        try {
            SeContainer container = initializer
                    .addBeanClasses(TestDataSources.class)
                    .addBeanClasses(beans)
                    .initialize();
            return new Application(jta, container);
        } catch (Throwable e) {
            jta.close();
            throw e;
        }
    }

    JtaStack jta() {
        return jta;
    }

    <T> T get(Class<T> type, Annotation... qualifiers) {
        Instance<T> instance = container.select(type, qualifiers);
        return instance.get();
    }

    <T> T named(String name, Class<T> type) {
        return get(type, NamedLiteral.of(name));
    }

    /** Lets the container create an instance and destroy it again. */
    void useOnce(Class<?> type) {
        Instance<?> instance = container.select(type);
        destroy(instance);
    }

    private static <T> void destroy(Instance<T> instance) {
        instance.destroy(instance.get());
    }

    void fire(Object event) {
        container.getBeanManager().getEvent().fire(event);
    }

    TransactionLocks locks() {
        return get(TransactionLocks.class);
    }

    LockMonitor monitor() {
        return get(LockMonitor.class);
    }

    /** Runs something in a new transaction. */
    <T> T inTransaction(Callable<T> work) throws Exception {
        return jta.inTransaction(work);
    }

    /** Runs something in a thread of its own. */
    static <T> CompletableFuture<T> async(Callable<T> work) {
        return Async.run(work);
    }

    /** Waits until a thread waits, for a minute at most. */
    static void awaitBlocked(Thread thread) {
        await(thread, Application::isBlocked);
    }

    /** Waits until a thread is parked anywhere, or waits for its lock, for a minute at most. */
    static void awaitParked(Thread thread) {
        await(thread, one -> one.getState() != Thread.State.RUNNABLE || isBlocked(one));
    }

    private static void await(Thread thread, Predicate<Thread> waits) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!waits.test(thread)) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError(thread + " did not come to wait within a minute");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    /** It queues in this JVM, or it reads from the database while the server makes it wait. */
    private static boolean isBlocked(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        boolean atGate =
                Arrays.stream(stack).anyMatch(frame -> frame.getClassName().endsWith(".Gates"));
        boolean inDriver = Arrays.stream(stack)
                        .anyMatch(frame -> frame.getMethodName().equals("acquire")
                                && frame.getClassName().endsWith(".PostgresLocks"))
                && stack.length > 0
                && stack[0].isNativeMethod();
        return inDriver || (atGate && thread.getState() != Thread.State.RUNNABLE);
    }

    /** Waits until a condition is true, for a minute at most. */
    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new AssertionError("what was waited for did not happen within a minute");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        container.close();
        jta.close();
    }
}
