package org.advisorylock.impl.plan;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.build.compatible.spi.BeanInfo;
import jakarta.enterprise.inject.build.compatible.spi.Messages;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.lang.model.declarations.ClassInfo;
import java.lang.annotation.Annotation;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.advisorylock.impl.DeploymentMessage;
import org.jspecify.annotations.Nullable;

/** Checks the beans of one deployment, and collects what is wrong with them. */
public final class DeploymentCheck {

    /**
     * Containers that call the interceptors on every call, by the package of their classes. All others count as Weld. A
     * bean of the library's own cannot tell: Quarkus makes these checks while it builds the application, before any
     * bean can be called.
     */
    private static final List<String> ALWAYS_INTERCEPTING = List.of("io.quarkus.arc.", "org.apache.webbeans.");

    private final ContainerView view = new ContainerView();
    private final CheckContext context = new CheckContext(Settings::detect, view);
    private final Set<String> problems = new LinkedHashSet<>();
    private final Set<String> warnings = new LinkedHashSet<>();

    /** The last bean whose methods the interceptor guards. */
    private @Nullable String lockedBean;

    /** Notes what the container shows of a class that has the annotation. */
    public void see(ClassInfo type) {
        view.see(type);
    }

    /** Checks the class of a bean as a build-compatible extension sees it. */
    public void check(BeanInfo bean, Messages container) {
        Class<?> type = ContainerView.load(bean.declaringClass().name());
        if (type != null) {
            check(type, kind(type, bean.scope().isNormal(), bean.scope().name(), container));
        }
    }

    /** Checks the class of a bean as a portable extension sees it. */
    public void check(Bean<?> bean, BeanManager container) {
        Class<?> type = bean.getBeanClass();
        Class<? extends Annotation> scope = bean.getScope();
        check(type, kind(type, container.isNormalScope(scope), scope.getName(), container));
    }

    private void check(Class<?> type, BeanKind kind) {
        BeanCheck check = new BeanCheck(type, kind, context);
        problems.addAll(check.problems());
        warnings.addAll(check.warnings());
        if (check.isLocked()) {
            lockedBean = type.getName();
        }
    }

    private static BeanKind kind(Class<?> type, boolean isNormal, String scope, Object ofContainer) {
        boolean isKnownToIntercept =
                ALWAYS_INTERCEPTING.stream().anyMatch(ofContainer.getClass().getName()::startsWith);
        if (isKnownToIntercept || OwnTransaction.isEnterpriseBean(type)) {
            return BeanKind.ALWAYS_INTERCEPTED;
        }
        if (isNormal) {
            return BeanKind.PROXIED;
        }
        return scope.equals(Dependent.class.getName()) ? BeanKind.DEPENDENT : BeanKind.SHARED;
    }

    /** Notes how often an interceptor of the library is enabled, after all beans have been checked. */
    public void requireOnce(long enabled) {
        if (lockedBean != null && enabled != 1) {
            String cure = enabled == 0
                    ? "discovery does not see the library: put its jar, with its META-INF/beans.xml, where the application's beans are"
                            + " discovered (with disableDiscovery() nothing is)"
                    : "the jar is there more than once";
            problems.add(DeploymentMessage.NOT_ONE_INTERCEPTOR.text(enabled, lockedBean, cure));
        }
    }

    /** The mistakes, which must fail the deployment. */
    public Set<String> problems() {
        return problems;
    }

    /** The warnings: things that work, but not always. */
    public Set<String> warnings() {
        if (lockedBean != null) {
            warnings.addAll(SharedCacheCheck.warnings(Thread.currentThread().getContextClassLoader()));
        }
        return warnings;
    }
}
