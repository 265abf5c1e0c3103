package org.advisorylock.impl.cdi;

import jakarta.annotation.Priority;
import jakarta.enterprise.inject.build.compatible.spi.BeanInfo;
import jakarta.enterprise.inject.build.compatible.spi.BuildCompatibleExtension;
import jakarta.enterprise.inject.build.compatible.spi.Enhancement;
import jakarta.enterprise.inject.build.compatible.spi.InterceptorInfo;
import jakarta.enterprise.inject.build.compatible.spi.Messages;
import jakarta.enterprise.inject.build.compatible.spi.Registration;
import jakarta.enterprise.inject.build.compatible.spi.Validation;
import jakarta.enterprise.lang.model.declarations.ClassInfo;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.impl.DeploymentMessage;
import org.advisorylock.impl.plan.DeploymentCheck;

/**
 * Fails the deployment of an application whose {@code @AdvisoryLock} could not work. It adds no interceptor, because
 * {@code META-INF/beans.xml} does that: if both did, it would run twice.
 */
public class AdvisoryLockExtension implements BuildCompatibleExtension {

    private final DeploymentCheck check = new DeploymentCheck();
    private final Map<String, Integer> interceptors = new HashMap<>();

    /** Notes the annotations of classes that have this one, after other extensions have changed them. */
    @Enhancement(types = Object.class, withSubtypes = true, withAnnotations = AdvisoryLock.class)
    @Priority(Integer.MAX_VALUE)
    public void see(ClassInfo type) {
        check.see(type);
    }

    /** Counts how often the interceptor is enabled. */
    @Registration(types = {AdvisoryLockInterceptor.class, OuterInterceptor.class})
    public void interceptor(InterceptorInfo interceptor) {
        interceptors.merge(interceptor.declaringClass().name(), 1, Integer::sum);
    }

    /** Checks the class of each bean. */
    @Registration(types = Object.class)
    public void bean(BeanInfo bean, Messages messages) {
        if (bean.isClassBean() && !bean.isInterceptor()) {
            check.check(bean, messages);
        }
    }

    /** Fails the deployment. */
    @Validation
    public void validate(Messages messages) {
        Set<String> problems = new LinkedHashSet<>(check.problems());
        for (Class<?> interceptor : List.of(OuterInterceptor.class, AdvisoryLockInterceptor.class)) {
            requireOnce(interceptors.getOrDefault(interceptor.getName(), 0), problems);
        }
        check.warnings().forEach(messages::warn);
        problems.forEach(messages::error);
    }

    private void requireOnce(int enabled, Set<String> problems) {
        String lockedBean = check.lockedBean();
        if (lockedBean != null && enabled != 1) {
            String cure = enabled == 0
                    ? "discovery does not see the library: put its jar, with its META-INF/beans.xml, where the application's beans are"
                            + " discovered (with disableDiscovery() nothing is)"
                    : "the jar is there more than once";
            problems.add(DeploymentMessage.NOT_ONE_INTERCEPTOR.text(enabled, lockedBean, cure));
        }
    }
}
