package org.advisorylock.impl.cdi;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundConstruct;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.AroundTimeout;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockKey;
import org.advisorylock.LockKeyException;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.key.Signature;
import org.jspecify.annotations.Nullable;

/** Checks one bean class at deployment: every plan can be made, and no annotation stands where it has no effect. */
final class BeanCheck {

    /** What the container calls itself, past the interceptors. */
    private static final List<Class<? extends Annotation>> NOT_BUSINESS = List.of(
            PostConstruct.class,
            PreDestroy.class,
            Inject.class,
            AroundInvoke.class,
            AroundTimeout.class,
            AroundConstruct.class);

    private final Class<?> bean;
    private final Settings settings;
    private final Set<String> problems = new LinkedHashSet<>();
    private final Set<String> warnings = new LinkedHashSet<>();
    private boolean locked;

    BeanCheck(Class<?> bean, Settings settings) {
        this.bean = bean;
        this.settings = settings;
        check();
    }

    /** What is wrong, ready to be shown. */
    Set<String> problems() {
        return problems;
    }

    /** What works, but not always. */
    Set<String> warnings() {
        return warnings;
    }

    /** Whether the interceptor applies to one of the methods. */
    boolean isLocked() {
        return locked;
    }

    private void check() {
        AdvisoryLock onClass = EffectiveLock.on(bean);
        Set<String> overridden = new HashSet<>();
        for (Class<?> type = bean; type != null && type != Object.class; type = type.getSuperclass()) {
            for (Method method : type.getDeclaredMethods()) {
                if (!method.isSynthetic()) {
                    check(method, onClass, overridden);
                }
            }
            for (Field field : type.getDeclaredFields()) {
                if (field.isAnnotationPresent(Produces.class)) {
                    checkProduced(field, field.getType(), isInjected(field));
                }
            }
            for (Class<?> contract : type.getInterfaces()) {
                checkInterface(contract, onClass);
            }
        }
    }

    private void checkProduced(Member producer, Class<?> type, boolean isIntercepted) {
        if (!isIntercepted && new BeanCheck(type, settings).isLocked()) {
            problems.add(
                    Message.NOT_INTERCEPTED.text(
                            type.getName(),
                            "as the producer " + bean.getName() + "." + producer.getName()
                                    + " makes its instances, and no interceptor is"
                                    + " called for those; make the class a bean, or let the producer take an InterceptionFactory"));
        }
    }

    /** Whether a producer may hand out what is intercepted: made by an InterceptionFactory, or itself injected. */
    private static boolean isIntercepting(Method producer) {
        return Arrays.stream(producer.getParameterTypes())
                .anyMatch(type -> type.getName().equals("jakarta.enterprise.inject.spi.InterceptionFactory")
                        || producer.getReturnType().isAssignableFrom(type));
    }

    /** A field that the container fills, as with {@code @EJB}, has what is intercepted. */
    private static boolean isInjected(Field field) {
        return Arrays.stream(field.getAnnotations())
                .map(annotation -> annotation.annotationType().getName())
                .anyMatch(name -> name.equals("jakarta.ejb.EJB") || name.equals("jakarta.annotation.Resource"));
    }

    private void check(Method method, @Nullable AdvisoryLock onClass, Set<String> overridden) {
        if (method.isAnnotationPresent(Produces.class)) {
            checkProduced(method, method.getReturnType(), isIntercepting(method));
        }
        AdvisoryLock own = EffectiveLock.on(method);
        boolean unreachable = Modifier.isPrivate(method.getModifiers()) || Modifier.isStatic(method.getModifiers());
        if (unreachable) {
            if (own != null) {
                refuse(
                        method,
                        "as interceptors are not called for private and static methods; make it an instance method that is"
                                + " not private");
            }
            return;
        }
        if (!overridden.add(method.getName() + Arrays.toString(method.getParameterTypes()))) {
            if (own != null && onClass == null && EffectiveLock.on(override(bean, method)) == null) {
                refuse(method, "as " + bean.getName() + " overrides the method without it; repeat it there");
            }
            return;
        }
        AdvisoryLock lock = own != null ? own : isBusiness(method) ? onClass : null;
        if (own != null && !Modifier.isPublic(method.getModifiers())) {
            warnings.add(Message.NOT_PUBLIC.text(new Signature(bean, method)));
        }
        if (lock != null) {
            locked = true;
            plan(method, lock);
        } else if (Arrays.stream(method.getParameters()).anyMatch(p -> p.isAnnotationPresent(LockKey.class))) {
            problems.add(Message.LOCK_KEY_ALONE.text(new Signature(bean, method)));
        }
    }

    /** The most derived method of this name; it is found in the end, as the overridden one is of one of these types itself. */
    private static Method override(Class<?> type, Method overridden) {
        try {
            return type.getDeclaredMethod(overridden.getName(), overridden.getParameterTypes());
        } catch (NoSuchMethodException further) {
            return override(type.getSuperclass(), overridden);
        }
    }

    private static boolean isBusiness(Method method) {
        boolean ofObject = Arrays.stream(Object.class.getMethods())
                .anyMatch(m -> m.getName().equals(method.getName())
                        && Arrays.equals(m.getParameterTypes(), method.getParameterTypes()));
        return !ofObject && NOT_BUSINESS.stream().noneMatch(method::isAnnotationPresent);
    }

    private void plan(Method method, AdvisoryLock lock) {
        try {
            LockPlan.of(bean, method, lock, settings);
        } catch (LockGuardException | LockKeyException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
    }

    private void checkInterface(Class<?> contract, @Nullable AdvisoryLock onClass) {
        if (EffectiveLock.on(contract) != null && onClass == null) {
            problems.add(Message.NOT_INTERCEPTED.text(
                    contract.getName(),
                    "as " + bean.getName() + " does not inherit it from an interface; put it on the class"));
        }
        for (Method method : contract.getDeclaredMethods()) {
            if (EffectiveLock.on(method) != null && onClass == null && !isRepeated(method)) {
                refuse(
                        method,
                        "as " + bean.getName()
                                + " does not inherit it from an interface; put it on the method of the class");
            }
        }
        for (Class<?> parent : contract.getInterfaces()) {
            checkInterface(parent, onClass);
        }
    }

    private boolean isRepeated(Method declared) {
        try {
            Method implemented = bean.getMethod(declared.getName(), declared.getParameterTypes());
            return !implemented.getDeclaringClass().isInterface() && EffectiveLock.on(implemented) != null;
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    private void refuse(Method method, String why) {
        problems.add(Message.NOT_INTERCEPTED.text(new Signature(bean, method), why));
    }
}
