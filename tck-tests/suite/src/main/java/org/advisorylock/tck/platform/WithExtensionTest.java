package org.advisorylock.tck.platform;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import jakarta.enterprise.inject.spi.WithAnnotations;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.tck.Assertion;
import org.advisorylock.tck.Database;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** Beside an application with an extension of its own, which adds the annotation to a bean. */
class WithExtensionTest extends PackagingContract {

    /** Adds the annotation. */
    public static class Adding implements Extension {
        void add(@Observes @WithAnnotations(Transactional.class) ProcessAnnotatedType<ExtendedService> type) {
            type.configureAnnotatedType()
                    .filterMethods(method -> method.getJavaMember().getName().equals("run"))
                    .forEach(method -> method.add(AdvisoryLock.Literal.of("service:{0}")));
        }

        void replace(@Observes @WithAnnotations(Transactional.class) ProcessAnnotatedType<Replaced> type) {
            type.configureAnnotatedType()
                    .filterMethods(method -> method.getJavaMember().getName().equals("run"))
                    .forEach(method -> method.add(AdvisoryLock.Literal.of("method:{0}")));
        }
    }

    /** Has one of its own as well, for the class. */
    @ApplicationScoped
    @Transactional
    @AdvisoryLock("class:{0}")
    public static class Replaced {
        @Inject
        Database database;

        /** Locked as the extension says. */
        public List<AdvisoryLockKey> run(int id) {
            return database.heldKeys();
        }
    }

    /** Has it by the extension. */
    @ApplicationScoped
    public static class ExtendedService {
        @Inject
        Database database;

        /** Locked. */
        @Transactional
        public List<AdvisoryLockKey> run(int id) {
            return database.heldKeys();
        }
    }

    @Inject
    ExtendedService service;

    @Inject
    Replaced replaced;

    @Deployment
    static WebArchive deployment() {
        return archive(WithExtensionTest.class).addAsServiceProvider(Extension.class, Adding.class);
    }

    @Test
    @Assertion("PACK-02")
    void anExtensionMayAddTheAnnotation() {
        assertThat(service.run(3)).containsExactly(key("service:3"));
    }

    @Test
    @Assertion("PACK-03")
    void whatItAddsToAMethodIsTheMethodsOwn() {
        assertThat(replaced.run(5)).containsExactly(key("method:5"));
    }
}
