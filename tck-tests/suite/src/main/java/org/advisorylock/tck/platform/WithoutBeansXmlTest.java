package org.advisorylock.tck.platform;

import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** Beside an application without a {@code beans.xml}. */
class WithoutBeansXmlTest extends PackagingContract {
    @Deployment
    static WebArchive deployment() {
        WebArchive archive = archive(WithoutBeansXmlTest.class);
        archive.delete("WEB-INF/beans.xml");
        return archive;
    }
}
