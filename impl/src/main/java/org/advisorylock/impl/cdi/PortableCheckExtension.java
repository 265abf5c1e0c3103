package org.advisorylock.impl.cdi;

import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.DeploymentException;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.InterceptionType;
import jakarta.enterprise.inject.spi.Interceptor;
import jakarta.enterprise.inject.spi.ProcessManagedBean;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.impl.plan.DeploymentCheck;

/**
 * Makes the checks of {@link AdvisoryLockExtension} where that one does not run: OpenWebBeans 4.0 has no
 * build-compatible extensions, and does not say so.
 */
public class PortableCheckExtension implements Extension {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    private final DeploymentCheck check = new DeploymentCheck();

    /** Checks the class of each managed bean and each enterprise bean. */
    public <T> void bean(@Observes ProcessManagedBean<T> event, BeanManager container) {
        if (!isChecked(container)) {
            check.check(event.getBean(), container);
        }
    }

    /** Fails the deployment. */
    public void validate(@Observes AfterDeploymentValidation event, BeanManager container) {
        if (isChecked(container)) {
            return;
        }
        List<Interceptor<?>> enabled =
                container.resolveInterceptors(InterceptionType.AROUND_INVOKE, AdvisoryLock.Literal.of("any"));
        for (Class<?> interceptor : AdvisoryLockExtension.INTERCEPTORS) {
            check.requireOnce(enabled.stream()
                    .filter(one -> one.getBeanClass() == interceptor)
                    .count());
        }
        check.warnings().forEach(warning -> LOGGER.log(Level.WARNING, warning));
        if (!check.problems().isEmpty()) {
            // If it was added to the event, OpenWebBeans would throw an exception that does not name it.
            throw new DeploymentException(String.join("\n", check.problems()));
        }
    }

    private static boolean isChecked(BeanManager container) {
        return container.isQualifier(CheckedDeployment.class);
    }
}
