package org.advisorylock.tck.quarkus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** A result of Mutiny that no lock would last for fails the build of the application. */
@ArquillianTest
class MutinyMistakesIT {

    @ArquillianResource
    Deployer deployer;

    @Deployment(name = "LaterUni", managed = false)
    static WebArchive laterUni() {
        return with(MutinyMistakes.LaterUni.class);
    }

    @Deployment(name = "SkippedUni", managed = false)
    static WebArchive skippedUni() {
        return with(MutinyMistakes.SkippedUni.class);
    }

    @Deployment(name = "SkippedMulti", managed = false)
    static WebArchive skippedMulti() {
        return with(MutinyMistakes.SkippedMulti.class);
    }

    @Deployment(name = "MultiInTransaction", managed = false)
    static WebArchive multiInTransaction() {
        return with(MutinyMistakes.MultiInTransaction.class);
    }

    @Deployment(name = "MultiInSession", managed = false)
    static WebArchive multiInSession() {
        return with(MutinyMistakes.MultiInSession.class);
    }

    private static WebArchive with(Class<?> mistake) {
        return ShrinkWrap.create(WebArchive.class, mistake.getSimpleName() + ".war")
                .addClass(mistake);
    }

    private void requireRefused(Class<?> mistake, String id) {
        assertThat(catchThrowable(() -> deployer.deploy(mistake.getSimpleName())))
                .as(mistake.getSimpleName())
                .isNotNull()
                .hasStackTraceContaining(id);
    }

    @Test
    @RunAsClient
    void failTheBuild() {
        deployer.deploy("LaterUni");
        deployer.undeploy("LaterUni");
        requireRefused(MutinyMistakes.SkippedUni.class, "ADVLOCK-0008");
        requireRefused(MutinyMistakes.SkippedMulti.class, "ADVLOCK-0008");
        requireRefused(MutinyMistakes.MultiInTransaction.class, "ADVLOCK-0026");
        requireRefused(MutinyMistakes.MultiInSession.class, "ADVLOCK-0026");
    }
}
