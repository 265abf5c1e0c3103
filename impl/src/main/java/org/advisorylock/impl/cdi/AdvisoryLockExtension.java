package org.advisorylock.impl.cdi;

import jakarta.annotation.Priority;
import jakarta.enterprise.inject.build.compatible.spi.BeanInfo;
import jakarta.enterprise.inject.build.compatible.spi.BuildCompatibleExtension;
import jakarta.enterprise.inject.build.compatible.spi.Discovery;
import jakarta.enterprise.inject.build.compatible.spi.Enhancement;
import jakarta.enterprise.inject.build.compatible.spi.InterceptorInfo;
import jakarta.enterprise.inject.build.compatible.spi.Messages;
import jakarta.enterprise.inject.build.compatible.spi.MetaAnnotations;
import jakarta.enterprise.inject.build.compatible.spi.Registration;
import jakarta.enterprise.inject.build.compatible.spi.Validation;
import jakarta.enterprise.lang.model.declarations.ClassInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.impl.plan.DeploymentCheck;

/**
 * Fails the deployment of an application whose {@code @AdvisoryLock} could not work. It adds no interceptor, because
 * {@code META-INF/beans.xml} does that: if both did, it would run twice.
 */
public class AdvisoryLockExtension implements BuildCompatibleExtension {

    static final List<Class<?>> INTERCEPTORS = List.of(OuterInterceptor.class, AdvisoryLockInterceptor.class);

    private final DeploymentCheck check = new DeploymentCheck();
    private final Map<String, Integer> interceptors = new HashMap<>();

    /** Tells {@link PortableCheckExtension} that this container runs this extension. */
    @Discovery
    public void tell(MetaAnnotations annotations) {
        annotations.addQualifier(CheckedDeployment.class);
    }

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
        for (Class<?> interceptor : INTERCEPTORS) {
            check.requireOnce(interceptors.getOrDefault(interceptor.getName(), 0));
        }
        check.warnings().forEach(messages::warn);
        check.problems().forEach(messages::error);
    }
}
