package org.advisorylock.tck;

import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** Makes the archives that the tests deploy: a test class with its nested beans, and what all tests use. */
public final class Deployments {

    private static final StringAsset BEANS_XML = new StringAsset(
            """
            <beans xmlns="https://jakarta.ee/xml/ns/jakartaee" version="4.0" bean-discovery-mode="annotated"/>
            """);

    /**
     * Where MicroProfile Config finds the properties of an application. On a runtime without it the runner makes them
     * system properties as long as the application is deployed.
     */
    public static final String CONFIGURATION = "META-INF/microprofile-config.properties";

    private Deployments() {}

    /** The test with its nested beans, configured. */
    public static WebArchive of(Class<?> test, String configuration) {
        return of(test).addAsResource(new StringAsset(configuration), CONFIGURATION);
    }

    /** The test with its nested beans. */
    public static WebArchive of(Class<?> test) {
        return empty(test.getSimpleName())
                .addClass(test)
                .addClasses(
                        Assertion.class,
                        BackgroundCall.class,
                        ContractTest.class,
                        Database.class,
                        Deployments.class,
                        LockRow.class,
                        Lifecycle.class,
                        Locking.class,
                        GroupMember.class,
                        SecondDataSource.class,
                        OtherHolder.class,
                        Task.class,
                        Threads.class,
                        Work.class);
    }

    /** An archive in which beans are discovered. */
    static WebArchive empty(String name) {
        return ShrinkWrap.create(WebArchive.class, name + ".war").addAsWebInfResource(BEANS_XML, "beans.xml");
    }
}
