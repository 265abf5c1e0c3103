package org.advisorylock.impl.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.PrePersist;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import java.util.ServiceLoader;
import java.util.Set;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockGuardException;
import org.advisorylock.testbed.LibraryLog;
import org.junit.jupiter.api.Test;

@SuppressWarnings({"unused", "NullAway"})
class ServletClassCheckTest {

    static class PageServlet extends HttpServlet {
        private static final long serialVersionUID = 1;

        @AdvisoryLock("page")
        void show() {}
    }

    static class GateFilter implements Filter {
        @Override
        @AdvisoryLock("gate")
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain) {}
    }

    @AdvisoryLock("start")
    static class Starter implements ServletContextListener {}

    @Entity
    static class OrderEntity {
        @Id
        long id;

        @AdvisoryLock("order")
        void ship() {}
    }

    static class Audit {
        @PrePersist
        @AdvisoryLock("audit")
        void note(Object entity) {}
    }

    static class LockedBean {
        @AdvisoryLock("bean")
        public void run() {}
    }

    @Test
    void refusesWhatTheServletContainerOrThePersistenceProviderMakes() {
        assertThat(ServletClassCheck.problems(Set.of(
                        PageServlet.class,
                        GateFilter.class,
                        Starter.class,
                        OrderEntity.class,
                        Audit.class,
                        LockedBean.class)))
                .hasSize(5)
                .allSatisfy(problem -> assertThat(problem).startsWith("ADVLOCK-0030: "))
                .noneSatisfy(problem -> assertThat(problem).contains("$LockedBean"));
    }

    /** Open Liberty only logs a ServletException of an initializer. */
    @Test
    void throwsWhatEveryServletContainerHeeds() {
        assertThatExceptionOfType(LockGuardException.class)
                .isThrownBy(() -> new ServletClassCheck().onStartup(Set.of(PageServlet.class), null))
                .withMessageStartingWith("ADVLOCK-0030: ");
    }

    /** Its console shows no reason of a failed start. */
    @Test
    void logsWhatOpenLibertysConsoleWouldNotShow() {
        try (LibraryLog log = new LibraryLog()) {
            assertThatExceptionOfType(LockGuardException.class)
                    .isThrownBy(() -> new ServletClassCheck().onStartup(Set.of(PageServlet.class), null));
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .startsWith("ADVLOCK-0030: ")
                    .contains("PageServlet");
        }
    }

    @Test
    void isFoundByTheContainerAndDoesNothingWithoutSuchClasses() {
        assertThat(ServiceLoader.load(ServletContainerInitializer.class))
                .hasOnlyElementsOfTypes(ServletClassCheck.class);
        assertThatCode(() -> new ServletClassCheck().onStartup(null, null)).doesNotThrowAnyException();
    }
}
