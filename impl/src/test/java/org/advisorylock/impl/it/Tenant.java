package org.advisorylock.impl.it;

import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import javax.sql.DataSource;

/** An application with its own copy of the library and of the container. Tests talk to it by types of the JDK. */
public final class Tenant implements AutoCloseable, BiFunction<String, CompletableFuture<Integer>, Object> {

    private final SeContainer container;

    /** Starts. */
    public Tenant(DataSource dataSource) {
        lead(dataSource);
        container = SeContainerInitializer.newInstance()
                .setClassLoader(Tenant.class.getClassLoader())
                .addProperty("org.jboss.weld.se.shutdownHook", false)
                .addBeanClasses(TestDataSources.class, Shop.class, Shelf.class)
                .initialize();
    }

    private static void lead(DataSource dataSource) {
        TestDataSources.local = dataSource;
    }

    /** Runs the action of that name. */
    @Override
    public Object apply(String what, CompletableFuture<Integer> result) {
        try {
            return switch (what) {
                case "later" -> container.select(Shelf.class).get().later(what, result);
                case "round" -> container.select(Shelf.class).get().sharedBySession(what, () -> 1);
                default -> container.select(Shop.class).get().locked(what, () -> 1);
            };
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        container.close();
        TestDataSources.local = null;
    }
}
