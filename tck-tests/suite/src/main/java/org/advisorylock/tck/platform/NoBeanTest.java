package org.advisorylock.tck.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.advisorylock.tck.Assertion;
import org.advisorylock.tck.Locking;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** Classes whose instances the servlet container makes are not deployed with the annotation. */
@Locking
@ArquillianTest
class NoBeanTest {

    @ArquillianResource
    Deployer deployer;

    @Deployment(name = "Plain", managed = false)
    static WebArchive plain() {
        return with("annotated", PlainServlet.class);
    }

    @Deployment(name = "annotated", managed = false)
    static WebArchive annotated() {
        return with("annotated", LockedServlet.class);
    }

    @Deployment(name = "all", managed = false)
    static WebArchive all() {
        return with("all", LockedServlet.class);
    }

    private static WebArchive with(String mode, Class<?> servlet) {
        return ShrinkWrap.create(WebArchive.class, servlet.getSimpleName() + "-" + mode + ".war")
                .addClass(servlet)
                .addAsWebInfResource(
                        new StringAsset("<beans xmlns=\"https://jakarta.ee/xml/ns/jakartaee\" version=\"4.0\""
                                + " bean-discovery-mode=\"" + mode + "\"/>"),
                        "beans.xml");
    }

    @Test
    @RunAsClient
    @Assertion("DEP-10")
    void aServletWithTheAnnotationFailsTheDeploymentWhetherCdiSeesItOrNot() {
        deployer.deploy("Plain");
        deployer.undeploy("Plain");
        for (String mode : new String[] {"annotated", "all"}) {
            Throwable failure = catchThrowable(() -> deployer.deploy(mode));
            if (failure == null) {
                deployer.undeploy(mode);
            }
            assertThat(failure).as(mode).isNotNull();
        }
    }
}
