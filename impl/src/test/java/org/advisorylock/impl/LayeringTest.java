package org.advisorylock.impl;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** The arrows between packages point downward, and each library is known by few packages. */
class LayeringTest {

    private static final JavaClasses LIBRARY = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.advisorylock.impl");

    private static final String ROOT = "org.advisorylock.impl.";

    @Test
    void arrowsPointDownward() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("cdi")
                .definedBy(ROOT + "cdi..")
                .layer("plan")
                .definedBy(ROOT + "plan..")
                .layer("locks")
                .definedBy(
                        ROOT + "transaction..",
                        ROOT + "session..",
                        ROOT + "group..",
                        ROOT + "leader..",
                        ROOT + "monitor..")
                .layer("ground")
                .definedBy(ROOT + "key..", ROOT + "postgres..", ROOT + "event..")
                .layer("messages")
                .definedBy("org.advisorylock.impl")
                .whereLayer("cdi")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("plan")
                .mayOnlyBeAccessedByLayers("cdi")
                .whereLayer("locks")
                .mayOnlyBeAccessedByLayers("cdi", "plan")
                .whereLayer("ground")
                .mayOnlyBeAccessedByLayers("cdi", "plan", "locks")
                .check(LIBRARY);
    }

    /** A plan says what to lock and who asks for it, and does not take the lock. */
    @Test
    void aPlanKnowsNoSessions() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "plan..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + "session..", ROOT + "group..", ROOT + "leader..", ROOT + "monitor..")
                .check(LIBRARY);
    }

    /** The registry knows no sessions, and sessions do not know who asks; elections and groups use both. */
    @Test
    void arrowsOfSessionLocksPointDownward() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("leader")
                .definedBy(ROOT + "leader")
                .layer("group")
                .definedBy(ROOT + "group")
                .layer("session")
                .definedBy(ROOT + "session")
                .layer("link")
                .definedBy(ROOT + "session.link")
                .layer("hold")
                .definedBy(ROOT + "session.hold")
                .whereLayer("leader")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("group")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("session")
                .mayOnlyBeAccessedByLayers("leader", "group")
                .whereLayer("link")
                .mayOnlyBeAccessedByLayers("session", "group")
                .whereLayer("hold")
                .mayOnlyBeAccessedByLayers("session", "link", "group")
                .check(LIBRARY);
    }

    /** So no circle leads through classes of two packages. */
    @Test
    void noTwoPackagesNeedEachOther() {
        slices().matching("org.advisorylock.(impl..)").should().beFreeOfCycles().check(LIBRARY);
    }

    /** Whoever reads one of these classes need not know its users. */
    @Test
    void noTwoClassesOfSessionLocksNeedEachOther() {
        slices().assignedFrom(new ClassesOf(List.of(ROOT + "session", ROOT + "group", ROOT + "leader")))
                .should()
                .beFreeOfCycles()
                .check(LIBRARY);
    }

    /** Each top-level class of some packages is a slice, together with its nested classes. */
    private record ClassesOf(List<String> packages) implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            boolean in = packages.stream().anyMatch(type.getPackageName()::startsWith);
            String name = type.getName().replaceAll("\\$.*", "");
            return in ? SliceIdentifier.of(name) : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "classes of " + packages;
        }
    }

    @Test
    void onlyCdiAndPlanKnowCdiAndConfiguration() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "cdi..", ROOT + "plan..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "jakarta.enterprise..",
                        "jakarta.inject..",
                        "jakarta.interceptor..",
                        "org.eclipse.microprofile..")
                .check(LIBRARY);
    }

    @Test
    void onlyPostgresSpeaksSql() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "postgres..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.sql\\.(Statement|PreparedStatement|CallableStatement|ResultSet)")
                .check(LIBRARY);
    }

    @Test
    void nothingButJakartaIsNeeded() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "java..",
                        "javax.sql..",
                        "javax.naming..",
                        "javax.xml.stream..",
                        "jdk.jfr..",
                        "jakarta..",
                        "org.advisorylock..",
                        "org.jspecify..",
                        "org.eclipse.microprofile.config..",
                        "io.smallrye.mutiny..")
                .check(LIBRARY);
    }

    /** A runtime may have been made without the module jdk.jfr. */
    @Test
    void theFlightRecorderIsKnownInOnePlace() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.event\\.FlightEvents(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.jfr..")
                .check(LIBRARY);
    }

    @Test
    void mutinyIsLoadedOnlyWithAUni() {
        noClasses()
                .that(doNotHaveFullName(List.of(ROOT + "cdi.UniProbe", ROOT + "cdi.UniStages")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.smallrye.mutiny..")
                .check(LIBRARY);
    }

    /**
     * So a test can let time pass. The classes that assemble others hand them the clock, and messages show wall-clock
     * time.
     */
    @Test
    void onlyAssemblersChooseTheClock() {
        noClasses()
                .that(doNotHaveFullName(List.of(
                        ROOT + "cdi.LockBeans",
                        ROOT + "group.Group",
                        ROOT + "leader.SessionElections",
                        ROOT + "postgres.LockDatabase",
                        ROOT + "postgres.Wording",
                        ROOT + "session.SessionLocker",
                        ROOT + "transaction.TransactionLocker")))
                .should(readTheTime())
                .check(LIBRARY);
    }

    @Test
    void noSynchronizedMethodTalksToTheDatabase() {
        noMethods()
                .that()
                .haveModifier(JavaModifier.SYNCHRONIZED)
                .should()
                .declareThrowableOfType(SQLException.class)
                .because("until Java 24 a virtual thread that waits in a monitor keeps its carrier, so use a lock")
                .check(LIBRARY);
    }

    @Test
    void onlyOnePlaceSetsTheNetworkTimeoutOfConnections() {
        noClasses()
                .that(doNotHaveFullName(List.of(ROOT + "postgres.Connections")))
                .should()
                .callMethod(Connection.class, "setNetworkTimeout", Executor.class, int.class)
                .because("a pool that is told of it may reset it to another value, see Connections")
                .check(LIBRARY);
    }

    private static DescribedPredicate<JavaClass> doNotHaveFullName(List<String> names) {
        return DescribedPredicate.describe("are none of " + names, type -> !names.contains(type.getFullName()));
    }

    private static ArchCondition<JavaClass> readTheTime() {
        Set<String> clocks = Set.of("nanoTime", "currentTimeMillis", "now", "systemUTC", "systemDefaultZone");
        return new ArchCondition<>("read the time") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getCodeUnitAccessesFromSelf().stream()
                        .filter(access -> clocks.contains(access.getTarget().getName()))
                        .filter(access -> access.getTargetOwner().getName().matches("java\\.(lang\\.System|time\\..*)"))
                        .forEach(access -> events.add(SimpleConditionEvent.satisfied(type, access.getDescription())));
            }
        };
    }
}
