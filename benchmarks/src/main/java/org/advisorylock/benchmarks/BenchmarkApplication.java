package org.advisorylock.benchmarks;

import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import javax.sql.DataSource;

/** Weld SE with the library, a DataSource and one bean. */
final class BenchmarkApplication<T> implements AutoCloseable {

    private final SeContainer container;
    private final T bean;

    private BenchmarkApplication(SeContainer container, T bean) {
        this.container = container;
        this.bean = bean;
    }

    static <T> BenchmarkApplication<T> on(DataSource dataSource, Class<T> bean) {
        SharedDataSource.NEXT.set(dataSource);
        SeContainer container = SeContainerInitializer.newInstance()
                .addBeanClasses(SharedDataSource.class, bean)
                .initialize();
        return new BenchmarkApplication<>(container, container.select(bean).get());
    }

    T bean() {
        return bean;
    }

    @Override
    public void close() {
        container.close();
    }
}
