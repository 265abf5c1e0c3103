package org.advisorylock.impl.plan;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.build.compatible.spi.BeanInfo;
import jakarta.enterprise.inject.build.compatible.spi.Messages;
import jakarta.enterprise.lang.model.declarations.ClassInfo;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks the beans of one deployment, and collects what is wrong with them. */
public final class DeploymentCheck {

    /**
     * Containers that call the interceptors on every call, by the package of their classes. All others count as Weld.
     */
    private static final List<String> ALWAYS_INTERCEPTING = List.of("io.quarkus.arc.", "org.apache.webbeans.");

    private final ContainerView view = new ContainerView();
    private final CheckContext context = new CheckContext(Settings::detect, view);
    private final Set<String> problems = new LinkedHashSet<>();
    private final Set<String> warnings = new LinkedHashSet<>();
    private @Nullable String lockedBean;

    /** Notes what the container shows of a class that has the annotation. */
    public void see(ClassInfo type) {
        view.see(type);
    }

    /** Checks the class of a bean. */
    public void check(BeanInfo bean, Messages container) {
        Class<?> type = ContainerView.load(bean.declaringClass().name());
        if (type == null) {
            return;
        }
        BeanCheck check = new BeanCheck(type, kind(bean, type, container), context);
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

    /** The last bean whose methods the interceptor guards; null if there is none. */
    public @Nullable String lockedBean() {
        return lockedBean;
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
