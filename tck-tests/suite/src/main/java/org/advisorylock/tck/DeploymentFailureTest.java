package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.asset.ClassAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/**
 * An annotation that cannot work fails the deployment. Each archive has one mistake, and the same archive without it is
 * deployed.
 */
@Locking
@ArquillianTest
class DeploymentFailureTest {

    @ArquillianResource
    Deployer deployer;

    @Deployment(name = "None", managed = false)
    static WebArchive none() {
        return with(Mistakes.None.class);
    }

    @Deployment(name = "OpenPlace", managed = false)
    static WebArchive openPlace() {
        return with(Mistakes.OpenPlace.class);
    }

    @Deployment(name = "UnknownParameter", managed = false)
    static WebArchive unknownParameter() {
        return with(Mistakes.UnknownParameter.class);
    }

    @Deployment(name = "UnknownIndex", managed = false)
    static WebArchive unknownIndex() {
        return with(Mistakes.UnknownIndex.class);
    }

    @Deployment(name = "UnknownProperty", managed = false)
    static WebArchive unknownProperty() {
        return with(Mistakes.UnknownProperty.class);
    }

    @Deployment(name = "PlacesNotParted", managed = false)
    static WebArchive placesNotParted() {
        return with(Mistakes.PlacesNotParted.class);
    }

    @Deployment(name = "NoStableText", managed = false)
    static WebArchive noStableText() {
        return with(Mistakes.NoStableText.class);
    }

    @Deployment(name = "FloatingPoint", managed = false)
    static WebArchive floatingPoint() {
        return with(Mistakes.FloatingPoint.class);
    }

    @Deployment(name = "NeverANumber", managed = false)
    static WebArchive neverANumber() {
        return with(Mistakes.NeverANumber.class);
    }

    @Deployment(name = "NoKey", managed = false)
    static WebArchive noKey() {
        return with(Mistakes.NoKey.class);
    }

    @Deployment(name = "TwoSources", managed = false)
    static WebArchive twoSources() {
        return with(Mistakes.TwoSources.class);
    }

    @Deployment(name = "LockKeyAlone", managed = false)
    static WebArchive lockKeyAlone() {
        return with(Mistakes.LockKeyAlone.class);
    }

    @Deployment(name = "EndlessSkip", managed = false)
    static WebArchive endlessSkip() {
        return with(Mistakes.EndlessSkip.class);
    }

    @Deployment(name = "SkippedFuture", managed = false)
    static WebArchive skippedFuture() {
        return with(Mistakes.SkippedFuture.class);
    }

    @Deployment(name = "SkippedNumber", managed = false)
    static WebArchive skippedNumber() {
        return with(Mistakes.SkippedNumber.class);
    }

    @Deployment(name = "SkippedLetter", managed = false)
    static WebArchive skippedLetter() {
        return with(Mistakes.SkippedLetter.class);
    }

    @Deployment(name = "NegativeTimeout", managed = false)
    static WebArchive negativeTimeout() {
        return with(Mistakes.NegativeTimeout.class);
    }

    @Deployment(name = "RetriesWithoutTransaction", managed = false)
    static WebArchive retriesWithoutTransaction() {
        return with(Mistakes.RetriesWithoutTransaction.class);
    }

    @Deployment(name = "NegativeRetries", managed = false)
    static WebArchive negativeRetries() {
        return with(Mistakes.NegativeRetries.class);
    }

    @Deployment(name = "OnPrivate", managed = false)
    static WebArchive onPrivate() {
        return with(Mistakes.OnPrivate.class);
    }

    @Deployment(name = "OnStatic", managed = false)
    static WebArchive onStatic() {
        return with(Mistakes.OnStatic.class);
    }

    @Deployment(name = "OnInterface", managed = false)
    static WebArchive onInterface() {
        return with(Mistakes.OnInterface.class, Mistakes.Contract.class);
    }

    @Deployment(name = "Overriding", managed = false)
    static WebArchive overriding() {
        return with(Mistakes.Overriding.class, Mistakes.Base.class);
    }

    @Deployment(name = "Producer", managed = false)
    static WebArchive producer() {
        return with(Mistakes.Producer.class, Mistakes.Base.class);
    }

    @Deployment(name = "WithoutScope", managed = false)
    static WebArchive withoutScope() {
        return witnessed(Mistakes.WithoutScope.class);
    }

    @Deployment(name = "SharedWithoutScope", managed = false)
    static WebArchive sharedWithoutScope() {
        return witnessed(Mistakes.SharedWithoutScope.class, Mistakes.SharedBinding.class);
    }

    @Deployment(name = "NotPublic", managed = false)
    static WebArchive notPublic() {
        return witnessed(Mistakes.NotPublic.class);
    }

    @Deployment(name = "HiddenType", managed = false)
    static WebArchive hiddenType() {
        return witnessed(Mistakes.HiddenType.class, Mistakes.Hidden.class);
    }

    @Deployment(name = "LaterFuture", managed = false)
    static WebArchive laterFuture() {
        return with(Mistakes.LaterFuture.class);
    }

    @Deployment(name = "LaterPublisher", managed = false)
    static WebArchive laterPublisher() {
        return with(Mistakes.LaterPublisher.class);
    }

    @Deployment(name = "OnPostConstruct", managed = false)
    static WebArchive onPostConstruct() {
        return with(Mistakes.OnPostConstruct.class);
    }

    @Deployment(name = "OnInitializer", managed = false)
    static WebArchive onInitializer() {
        return with(Mistakes.OnInitializer.class);
    }

    @Deployment(name = "TwoLocks", managed = false)
    static WebArchive twoLocks() {
        return with(Mistakes.TwoLocks.class, Mistakes.Carrier.class);
    }

    private static WebArchive with(Class<?>... mistakes) {
        // Without the class around them the container leaves out all of them; to add it would add all of them.
        return Deployments.empty(mistakes[0].getSimpleName())
                .addAsWebInfResource(
                        new ClassAsset(Mistakes.class),
                        "classes/" + Mistakes.class.getName().replace('.', '/') + ".class")
                .addClass(Mistakes.OrderParameter.class)
                .addClasses(mistakes);
    }

    private static WebArchive witnessed(Class<?>... mistakes) {
        return with(mistakes)
                .addClasses(
                        Mistakes.Nesting.class,
                        Mistakes.Witness.class,
                        BackgroundCall.class,
                        Database.class,
                        GroupMember.class,
                        LockRow.class,
                        SecondDataSource.class,
                        Threads.class);
    }

    /** A container that calls the interceptors need not refuse it. */
    private void assertRefusedOrLocked(Class<?>... mistakes) {
        for (Class<?> mistake : mistakes) {
            System.clearProperty(Mistakes.Witness.SEEN);
            Throwable failure = catchThrowable(() -> deployer.deploy(mistake.getSimpleName()));
            if (failure != null) {
                assertThat(failure).as(mistake.getSimpleName()).hasStackTraceContaining("ADVLOCK-");
            } else {
                deployer.undeploy(mistake.getSimpleName());
                assertThat(System.getProperty(Mistakes.Witness.SEEN))
                        .as("the keys that are held in the method of " + mistake.getSimpleName())
                        .isEqualTo(List.of(ContractTest.key("job:7")).toString());
            }
        }
    }

    private void assertRefused(Class<?>... mistakes) {
        deployer.deploy("None");
        deployer.undeploy("None");
        for (Class<?> mistake : mistakes) {
            Throwable failure = catchThrowable(() -> deployer.deploy(mistake.getSimpleName()));
            if (failure == null) {
                deployer.undeploy(mistake.getSimpleName());
            }
            assertThat(failure).as(mistake.getSimpleName()).isNotNull().hasStackTraceContaining("ADVLOCK-");
        }
    }

    @Test
    @RunAsClient
    @Assertion("DEP-01")
    void aTemplateThatIsWrongFailsTheDeployment() {
        assertRefused(
                Mistakes.OpenPlace.class,
                Mistakes.UnknownParameter.class,
                Mistakes.UnknownIndex.class,
                Mistakes.UnknownProperty.class,
                Mistakes.PlacesNotParted.class,
                Mistakes.NoStableText.class,
                Mistakes.FloatingPoint.class,
                Mistakes.NeverANumber.class);
    }

    @Test
    @RunAsClient
    @Assertion("DEP-02")
    void anAnnotationWithoutAKeyOrWithTwoSourcesOfItFailsTheDeployment() {
        assertRefused(Mistakes.NoKey.class, Mistakes.TwoSources.class, Mistakes.LockKeyAlone.class);
    }

    @Test
    @RunAsClient
    @Assertion("DEP-03")
    void membersThatCannotBeKeptFailTheDeployment() {
        assertRefused(
                Mistakes.EndlessSkip.class,
                Mistakes.SkippedFuture.class,
                Mistakes.SkippedNumber.class,
                Mistakes.SkippedLetter.class,
                Mistakes.NegativeTimeout.class,
                Mistakes.RetriesWithoutTransaction.class,
                Mistakes.NegativeRetries.class);
    }

    @Test
    @RunAsClient
    @Assertion("DEP-04")
    void anAnnotationWhereNoInterceptorIsCalledFailsTheDeployment() {
        assertRefused(
                Mistakes.OnStatic.class,
                Mistakes.OnInterface.class,
                Mistakes.Overriding.class,
                Mistakes.Producer.class);
        assertThat(catchThrowable(() -> deployer.deploy(Mistakes.OnPrivate.class.getSimpleName())))
                .isNotNull()
                .satisfiesAnyOf(
                        refusal -> assertThat(refusal).hasStackTraceContaining("ADVLOCK-"),
                        // The container's own.
                        refusal -> assertThat(refusal)
                                .hasStackTraceContaining(Mistakes.OnPrivate.class.getSimpleName())
                                .hasStackTraceContaining("private"));
    }

    @Test
    @RunAsClient
    @Assertion("DEP-05")
    void aMethodThatTheContainerCallsPastItsInterceptorsFailsTheDeployment() {
        assertRefused(Mistakes.OnPostConstruct.class, Mistakes.OnInitializer.class);
    }

    @Test
    @RunAsClient
    @Assertion("DEP-06")
    void aBeanWithoutANormalScopeBesideOtherMethodsFailsTheDeployment() {
        assertRefusedOrLocked(Mistakes.WithoutScope.class, Mistakes.SharedWithoutScope.class);
    }

    @Test
    @RunAsClient
    @Assertion("DEP-07")
    void aResultThatComesLaterFailsTheDeployment() {
        assertRefused(Mistakes.LaterFuture.class, Mistakes.LaterPublisher.class);
    }

    @Test
    @RunAsClient
    @Assertion("DEP-08")
    void twoAnnotationsThatDifferAtOneLevelFailTheDeployment() {
        assertRefused(Mistakes.TwoLocks.class);
    }

    @Test
    @RunAsClient
    @Assertion("DEP-09")
    void aMethodThatAClientProxyCallsByReflectionFailsTheDeployment() {
        assertRefusedOrLocked(Mistakes.NotPublic.class, Mistakes.HiddenType.class);
    }
}
