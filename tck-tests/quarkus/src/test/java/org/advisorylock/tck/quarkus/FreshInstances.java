package org.advisorylock.tck.quarkus;

import org.jboss.arquillian.container.test.impl.execution.event.LocalExecutionEvent;
import org.jboss.arquillian.core.api.Event;
import org.jboss.arquillian.core.api.annotation.Inject;
import org.jboss.arquillian.core.api.annotation.Observes;
import org.jboss.arquillian.core.spi.EventContext;
import org.jboss.arquillian.test.spi.TestMethodExecutor;

/**
 * Gives each test an instance of its own, as JUnit does. The adapter of Quarkus has one for all tests of a class, in
 * another class loader than JUnit, and the tests count in their fields.
 */
public final class FreshInstances {

    // Arquillian injects it.
    @Inject
    @SuppressWarnings("NullAway.Init")
    Event<LocalExecutionEvent> executions;

    /** Runs in place of the adapter's own execution. A test that runs as a client is JUnit's, and stays so. */
    void replace(@Observes(precedence = 100) EventContext<LocalExecutionEvent> context) {
        TestMethodExecutor executor = context.getEvent().getExecutor();
        if (executor instanceof FreshInstance || isOfJunit(executor.getInstance())) {
            context.proceed();
        } else {
            executions.fire(new LocalExecutionEvent(new FreshInstance(executor)));
        }
    }

    private static boolean isOfJunit(Object test) {
        return test.getClass().getClassLoader() == FreshInstances.class.getClassLoader();
    }
}
