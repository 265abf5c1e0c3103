package org.advisorylock.impl.cdi;

import jakarta.enterprise.inject.build.compatible.spi.BeanInfo;
import jakarta.enterprise.inject.build.compatible.spi.BuildCompatibleExtension;
import jakarta.enterprise.inject.build.compatible.spi.InterceptorInfo;
import jakarta.enterprise.inject.build.compatible.spi.Messages;
import jakarta.enterprise.inject.build.compatible.spi.Registration;
import jakarta.enterprise.inject.build.compatible.spi.Validation;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.advisorylock.impl.Message;
import org.jspecify.annotations.Nullable;

/**
 * Fails the deployment of an application whose {@code @AdvisoryLock} could not work. It adds nothing: {@code META-INF/beans.xml} does,
 * and two ways of adding would make the interceptor run twice.
 */
public class AdvisoryLockExtension implements BuildCompatibleExtension {

    private final Set<String> problems = new LinkedHashSet<>();
    private final Set<String> warnings = new LinkedHashSet<>();
    private @Nullable String lockedBean;
    private final Map<String, Integer> interceptors = new HashMap<>();

    /** Counts how often the interceptor is enabled. */
    @Registration(types = {AdvisoryLockInterceptor.class, OuterInterceptor.class})
    public void interceptor(InterceptorInfo interceptor) {
        interceptors.merge(interceptor.declaringClass().name(), 1, Integer::sum);
    }

    /** Checks the class of each bean. */
    @Registration(types = Object.class)
    public void bean(BeanInfo bean) {
        if (!bean.isClassBean() || bean.isInterceptor()) {
            return;
        }
        Class<?> type = load(bean.declaringClass().name());
        if (type == null) {
            return;
        }
        BeanCheck check = new BeanCheck(type, Settings.detect());
        problems.addAll(check.problems());
        warnings.addAll(check.warnings());
        if (check.isLocked()) {
            lockedBean = type.getName();
        }
    }

    /** By reflection, so that the same code makes the plans here and at run time; what cannot be loaded here is checked there. */
    private static @Nullable Class<?> load(String name) {
        try {
            return Class.forName(name, false, Thread.currentThread().getContextClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
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
