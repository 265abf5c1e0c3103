package org.advisorylock.tck;

import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** Makes the archives that the tests deploy: a test class with its nested beans, and what all tests use. */
final class Deployments {

    private static final StringAsset BEANS_XML = new StringAsset(
            """
            <beans xmlns="https://jakarta.ee/xml/ns/jakartaee" version="4.0" bean-discovery-mode="annotated"/>
            """);

    private Deployments() {}

    static WebArchive of(Class<?> test) {
        return ShrinkWrap.create(WebArchive.class, test.getSimpleName() + ".war")
                .addClass(test)
                .addClasses(
                        Assertion.class,
                        Call.class,
                        ContractTest.class,
                        Database.class,
                        Deployments.class,
                        LockRow.class,
                        Lifecycle.class,
                        Locking.class,
                        Rival.class,
                        Task.class,
                        Threads.class,
                        Work.class)
                .addAsWebInfResource(BEANS_XML, "beans.xml");
    }
}
