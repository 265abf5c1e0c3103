package org.advisorylock.impl.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

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
import org.junit.jupiter.api.Test;

@SuppressWarnings({"unused", "NullAway"})
class ServletClassCheckTest {

    static class Page extends HttpServlet {
        private static final long serialVersionUID = 1;

        @AdvisoryLock("page")
        void show() {}
    }

    static class Gate implements Filter {
        @Override
        @AdvisoryLock("gate")
        public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain) {}
    }

    @AdvisoryLock("start")
    static class Starter implements ServletContextListener {}

    @Entity
    static class Order {
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

    static class Bean {
        @AdvisoryLock("bean")
        public void run() {}
    }

    @Test
    void refusesWhatTheServletContainerOrThePersistenceProviderMakes() {
        assertThat(ServletClassCheck.problems(
                        Set.of(Page.class, Gate.class, Starter.class, Order.class, Audit.class, Bean.class)))
                .hasSize(5)
                .allSatisfy(problem -> assertThat(problem).startsWith("ADVLOCK-0030: "))
                .noneSatisfy(problem -> assertThat(problem).contains("$Bean"));
    }

    @Test
    void isFoundByTheContainerAndDoesNothingWithoutSuchClasses() {
        assertThat(ServiceLoader.load(ServletContainerInitializer.class))
                .hasOnlyElementsOfTypes(ServletClassCheck.class);
        assertThatCode(() -> new ServletClassCheck().onStartup(null, null)).doesNotThrowAnyException();
    }
}
