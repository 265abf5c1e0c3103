package org.advisorylock.tck.platform;

import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** Beside an application all of whose classes are beans. */
class WithBeansXmlTest extends PackagingContract {
    @Deployment
    static WebArchive deployment() {
        return archive(WithBeansXmlTest.class)
                .addAsWebInfResource(
                        new StringAsset(
                                """
                                <beans xmlns="https://jakarta.ee/xml/ns/jakartaee" version="4.0" bean-discovery-mode="all"/>
                                """),
                        "beans.xml");
    }
}
