package org.advisorylock.benchmarks.own;

import com.arjuna.ats.arjuna.common.ObjectStoreEnvironmentBean;
import com.arjuna.ats.arjuna.common.arjPropertyManager;
import com.arjuna.common.internal.util.propertyservice.BeanPopulator;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A call through Weld and {@code @Transactional} of Narayana, in a transaction without resources; the driver is a stub.
 */
@State(Scope.Benchmark)
public class JtaCall {

    private SeContainer container;
    private JtaDesk desk;
    private long id;

    /** Starts the application. */
    @Setup
    public void start() throws Exception {
        arjPropertyManager.getCoreEnvironmentBean().setNodeIdentifier("benchmark");
        // Nothing is stored without resources; the folder would be in the working directory otherwise.
        String folder = Path.of(System.getProperty("java.io.tmpdir"), "advisory-lock-benchmark")
                .toString();
        arjPropertyManager.getObjectStoreEnvironmentBean().setObjectStoreDir(folder);
        for (String name : new String[] {"communicationStore", "stateStore"}) {
            BeanPopulator.getNamedInstance(ObjectStoreEnvironmentBean.class, name)
                    .setObjectStoreDir(folder);
        }
        container = SeContainerInitializer.newInstance()
                .addBeanClasses(StubDriver.class, JtaDesk.class, NothingInterceptor.class)
                .initialize();
        desk = container.select(JtaDesk.class).get();
    }

    /** Stops it. */
    @TearDown
    public void stop() {
        container.close();
    }

    /** The transaction alone. */
    @Benchmark
    public long plain() {
        return desk.plain(1000 + (id++ & 1023));
    }

    /** One interceptor more, which does nothing. */
    @Benchmark
    public long intercepted() {
        return desk.intercepted(1000 + (id++ & 1023));
    }

    /** The library, one key. */
    @Benchmark
    public long locked() {
        return desk.locked(1000 + (id++ & 1023));
    }
}
