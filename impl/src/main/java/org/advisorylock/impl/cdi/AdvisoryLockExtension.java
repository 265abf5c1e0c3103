package org.advisorylock.impl.cdi;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.Dependent;
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
import org.advisorylock.impl.Message;
import org.jspecify.annotations.Nullable;

/**
 * Fails the deployment of an application whose {@code @AdvisoryLock} could not work. It adds no interceptor, because
 * {@code META-INF/beans.xml} does that: if both did, it would run twice.
 */
public class AdvisoryLockExtension implements BuildCompatibleExtension {

    /**
     * Containers that call the interceptors on every call, by the package of their classes. All others count as Weld.
     */
    private static final List<String> ALWAYS_INTERCEPTING = List.of("io.quarkus.arc.", "org.apache.webbeans.");

    private final ContainerView view = new ContainerView();
    private final CheckContext context = new CheckContext(Settings::detect, view);
    private final Set<String> problems = new LinkedHashSet<>();
    private final Set<String> warnings = new LinkedHashSet<>();
    private @Nullable String lockedBean;
    private final Map<String, Integer> interceptors = new HashMap<>();

    /** Notes the annotations of classes that have this one, after other extensions have changed them. */
    @Enhancement(types = Object.class, withSubtypes = true, withAnnotations = AdvisoryLock.class)
    @Priority(Integer.MAX_VALUE)
    public void see(ClassInfo type) {
        view.see(type);
    }

    /** Counts how often the interceptor is enabled. */
    @Registration(types = {AdvisoryLockInterceptor.class, OuterInterceptor.class})
    public void interceptor(InterceptorInfo interceptor) {
        interceptors.merge(interceptor.declaringClass().name(), 1, Integer::sum);
    }

    /** Checks the class of each bean. */
    @Registration(types = Object.class)
    public void bean(BeanInfo bean, Messages messages) {
        if (!bean.isClassBean() || bean.isInterceptor()) {
            return;
        }
        Class<?> type = ContainerView.load(bean.declaringClass().name());
        if (type == null) {
            return;
        }
        BeanCheck check = new BeanCheck(type, kind(bean, type, messages), context);
        problems.addAll(check.problems());
        warnings.addAll(check.warnings());
        if (check.isLocked()) {
            lockedBean = type.getName();
        }
    }

    private static BeanKind kind(BeanInfo bean, Class<?> type, Messages container) {
        boolean isKnownToIntercept =
                ALWAYS_INTERCEPTING.stream().anyMatch(container.getClass().getName()::startsWith);
        if (isKnownToIntercept || OwnTransaction.isEnterpriseBean(type)) {
            return BeanKind.ALWAYS_INTERCEPTED;
        }
        if (bean.scope().isNormal()) {
            return BeanKind.PROXIED;
        }
        return bean.scope().name().equals(Dependent.class.getName()) ? BeanKind.DEPENDENT : BeanKind.SHARED;
    }

    /** Fails the deployment. */
    @Validation
    public void validate(Messages messages) {
        for (Class<?> interceptor : List.of(OuterInterceptor.class, AdvisoryLockInterceptor.class)) {
            requireOnce(interceptors.getOrDefault(interceptor.getName(), 0));
        }
        if (lockedBean != null) {
            warnings.addAll(SharedCacheCheck.warnings(Thread.currentThread().getContextClassLoader()));
        }
        warnings.forEach(messages::warn);
        problems.forEach(messages::error);
    }

    private void requireOnce(int enabled) {
        if (lockedBean != null && enabled != 1) {
            String cure = enabled == 0
                    ? "discovery does not see the library: put its jar, with its META-INF/beans.xml, where the application's beans are"
                            + " discovered (with disableDiscovery() nothing is)"
                    : "the jar is there more than once";
            problems.add(Message.NOT_ONE_INTERCEPTOR.text(enabled, lockedBean, cure));
        }
    }
}
