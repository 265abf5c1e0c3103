package org.advisorylock.benchmarks.own;

import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import java.util.List;
import java.util.stream.LongStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A transaction with one call through Weld; driver and transaction manager are stubs. */
@State(Scope.Benchmark)
public class WholeCall {

    private SeContainer container;
    private IdleDesk desk;
    private List<Long> ten;
    private long id;

    /** Starts the application. */
    @Setup
    public void start() {
        container = SeContainerInitializer.newInstance()
                .addBeanClasses(
                        StubDriver.class,
                        StubManager.class,
                        IdleDesk.class,
                        NothingInterceptor.class,
                        OuterNothingInterceptor.class)
                .initialize();
        desk = container.select(IdleDesk.class).get();
        ten = LongStream.range(1000, 1010).boxed().toList();
    }

    /** Stops it. */
    @TearDown
    public void stop() {
        container.close();
    }

    /** No interceptor. */
    @Benchmark
    public long plain() {
        StubManager.TRANSACTION.begin();
        long result = desk.plain(1000 + (id++ & 1023));
        StubManager.TRANSACTION.commit();
        return result;
    }

    /** One interceptor that does nothing. */
    @Benchmark
    public long intercepted() {
        StubManager.TRANSACTION.begin();
        long result = desk.intercepted(1000 + (id++ & 1023));
        StubManager.TRANSACTION.commit();
        return result;
    }

    /** Two of them. */
    @Benchmark
    public long interceptedTwice() {
        StubManager.TRANSACTION.begin();
        long result = desk.interceptedTwice(1000 + (id++ & 1023));
        StubManager.TRANSACTION.commit();
        return result;
    }

    /** The library, one key. */
    @Benchmark
    public long locked() {
        StubManager.TRANSACTION.begin();
        long result = desk.locked(1000 + (id++ & 1023));
        StubManager.TRANSACTION.commit();
        return result;
    }

    /** The library's service, one key. */
    @Benchmark
    public long inCode() {
        StubManager.TRANSACTION.begin();
        long result = desk.inCode(1000 + (id++ & 1023));
        StubManager.TRANSACTION.commit();
        return result;
    }

    /** The library, ten keys. */
    @Benchmark
    public long several() {
        StubManager.TRANSACTION.begin();
        long result = desk.several(ten);
        StubManager.TRANSACTION.commit();
        return result;
    }
}
