package org.advisorylock.impl.plan;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockKeyException;
import org.advisorylock.impl.DeploymentMessage;
import org.advisorylock.impl.key.Signature;

/** Checks one bean class at deployment: every plan can be made, and every annotation has an effect. */
final class BeanCheck {

    private final Class<?> bean;
    private final CheckContext context;
    private final Set<String> problems = new LinkedHashSet<>();
    private final Set<String> warnings = new LinkedHashSet<>();
    private boolean locked;

    BeanCheck(Class<?> bean, BeanKind kind, CheckContext context) {
        this.bean = bean;
        this.context = context;
        if (context.mentions().isAnywhereIn(bean)) {
            try {
                check(new BeanMethods(bean, context.view()), kind);
            } catch (LockGuardException twoAnnotations) {
                problems.add(String.valueOf(twoAnnotations.getMessage()));
            }
        }
        ProducerCheck.check(bean, context, problems);
    }

    /** The mistakes, as texts to show. */
    Set<String> problems() {
        return problems;
    }

    /** The warnings: things that work, but not always. */
    Set<String> warnings() {
        return warnings;
    }

    /** Whether the interceptor applies to one of the methods. */
    boolean isLocked() {
        return locked;
    }

    private void check(BeanMethods methods, BeanKind kind) {
        for (BeanMethods.Of one : methods.all()) {
            check(one, methods);
        }
        for (Class<?> type = bean; type != null && type != Object.class; type = type.getSuperclass()) {
            for (Class<?> contract : type.getInterfaces()) {
                checkInterface(contract, methods);
            }
        }
        String noBean = NoBeanCheck.why(bean);
        if (!methods.locked().isEmpty() && !noBean.isEmpty()) {
            problems.add(DeploymentMessage.NO_BEAN.text(bean.getName(), noBean));
        }
        SkippedInterceptors.check(bean, kind, methods, context.view(), problems, warnings);
    }

    private void check(BeanMethods.Of one, BeanMethods methods) {
        Method method = one.method();
        String calledAs = methods.whyNotBusiness(method);
        if (one.own() != null && !calledAs.isEmpty()) {
            refuse(
                    method,
                    "because the container calls a method without interceptors for " + calledAs
                            + "; let it call an annotated method of another bean");
        } else if (!one.isReachable()) {
            if (one.own() != null) {
                refuse(
                        method,
                        "because interceptors are not called for private and static methods; make it an instance method that is"
                                + " not private");
            }
        } else if (one.overridden()) {
            if (one.own() != null && methods.onClass() == null && !isRepeated(methods, method)) {
                refuse(method, "because " + bean.getName() + " overrides the method without it; repeat it there");
            }
        } else if (one.applied() != null) {
            locked = true;
            plan(method, one.applied());
        } else if (Arrays.stream(method.getParameters()).anyMatch(AnnotationSearch::isKey)) {
            problems.add(DeploymentMessage.LOCK_KEY_ALONE.text(new Signature(bean, method)));
        }
    }

    /** Whether the most derived method of this name has an annotation. */
    private static boolean isRepeated(BeanMethods methods, Method declared) {
        return methods.all().stream()
                .filter(one -> one.isReachable()
                        && !one.overridden()
                        && one.method().getName().equals(declared.getName())
                        && Arrays.equals(one.method().getParameterTypes(), declared.getParameterTypes()))
                .anyMatch(one -> one.own() != null);
    }

    private void plan(Method method, AdvisoryLock lock) {
        try {
            LockPlan.make(bean, method, lock, context.settings());
        } catch (LockGuardException | LockKeyException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
    }

    private void checkInterface(Class<?> contract, BeanMethods methods) {
        if (methods.onClass() != null) {
            return;
        }
        if (EffectiveLock.findOn(contract, Annotations::declared) != null) {
            problems.add(DeploymentMessage.NOT_INTERCEPTED.text(
                    contract.getName(),
                    "because " + bean.getName() + " does not inherit it from an interface; put it on the class"));
        }
        for (Method method : contract.getDeclaredMethods()) {
            if (EffectiveLock.findOn(method, Annotations::declared) != null && !isRepeated(methods, method)) {
                refuse(
                        method,
                        "because " + bean.getName()
                                + " does not inherit it from an interface; put it on the method of the class");
            }
        }
        for (Class<?> parent : contract.getInterfaces()) {
            checkInterface(parent, methods);
        }
    }

    private void refuse(Method method, String why) {
        problems.add(DeploymentMessage.NOT_INTERCEPTED.text(new Signature(bean, method), why));
    }
}
