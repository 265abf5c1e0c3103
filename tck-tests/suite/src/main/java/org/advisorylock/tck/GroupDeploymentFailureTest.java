package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.asset.ClassAsset;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** An annotation that cannot work on a group of databases fails the deployment. */
@Locking
@ArquillianTest
class GroupDeploymentFailureTest {

    @ArquillianResource
    Deployer deployer;

    @Deployment(name = "NoGroup", managed = false)
    static WebArchive none() {
        return with(GroupMistakes.NoGroup.class);
    }

    @Deployment(name = "InTransaction", managed = false)
    static WebArchive inTransaction() {
        return with(GroupMistakes.InTransaction.class);
    }

    @Deployment(name = "WithPermits", managed = false)
    static WebArchive withPermits() {
        return with(GroupMistakes.WithPermits.class);
    }

    @Deployment(name = "OfTwo", managed = false)
    static WebArchive ofTwo() {
        return with(GroupMistakes.OfTwo.class);
    }

    private static WebArchive with(Class<?> mistake) {
        // All have one configuration. If it is in system properties, that of the last archive applies.
        return Deployments.empty("Group" + mistake.getSimpleName())
                .addAsWebInfResource(
                        new ClassAsset(GroupMistakes.class),
                        "classes/" + GroupMistakes.class.getName().replace('.', '/') + ".class")
                .addClass(mistake)
                .addAsResource(
                        new StringAsset(
                                """
                                advisorylock.group.fleet=%s,%s,%s
                                advisorylock.group.pair=%1$s,%2$s
                                """
                                        .formatted(GroupMember.A, GroupMember.B, GroupMember.C)),
                        Deployments.CONFIGURATION);
    }

    private Throwable failure(Class<?> mistake) {
        Throwable failure = catchThrowable(() -> deployer.deploy(mistake.getSimpleName()));
        if (failure == null) {
            deployer.undeploy(mistake.getSimpleName());
        }
        return failure;
    }

    @Test
    @RunAsClient
    @Assertion("GRP-13")
    void whatNoGroupCanGiveFailsTheDeployment() {
        assertThat(failure(GroupMistakes.NoGroup.class)).isNull();
        assertThat(failure(GroupMistakes.InTransaction.class)).isNotNull().hasStackTraceContaining("ADVLOCK-0318");
        assertThat(failure(GroupMistakes.WithPermits.class)).isNotNull().hasStackTraceContaining("ADVLOCK-0019");
        assertThat(failure(GroupMistakes.OfTwo.class)).isNotNull().hasStackTraceContaining("ADVLOCK-0401");
    }
}
