package org.advisorylock.benchmarks;

import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import javax.sql.DataSource;

/** Weld SE with the library, a DataSource and one bean. */
public final class BenchmarkApplication<T> implements AutoCloseable {

    private final SeContainer container;
    private final T bean;

    private BenchmarkApplication(SeContainer container, T bean) {
        this.container = container;
        this.bean = bean;
    }

    /** Starts it; the further beans are its own. */
    public static <T> BenchmarkApplication<T> on(DataSource dataSource, Class<T> bean, Class<?>... further) {
        SharedDataSource.NEXT.set(dataSource);
        SeContainer container = SeContainerInitializer.newInstance()
                .addBeanClasses(SharedDataSource.class, bean)
                .addBeanClasses(further)
                .initialize();
        return new BenchmarkApplication<>(container, container.select(bean).get());
    }

    /** The bean, with its interceptors. */
    public T bean() {
        return bean;
    }

    /** Another bean. */
    public <S> S select(Class<S> type) {
        return container.select(type).get();
    }

    @Override
    public void close() {
        container.close();
    }
}
