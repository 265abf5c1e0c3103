package org.advisorylock.impl.plan;

import jakarta.enterprise.lang.model.AnnotationInfo;
import jakarta.enterprise.lang.model.AnnotationMember;
import jakarta.enterprise.lang.model.declarations.ClassInfo;
import jakarta.enterprise.lang.model.declarations.DeclarationInfo;
import jakarta.enterprise.lang.model.declarations.MethodInfo;
import jakarta.enterprise.lang.model.types.Type;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.KeyHash;
import org.advisorylock.KeyResolver;
import org.advisorylock.LockMode;
import org.advisorylock.LockScope;
import org.advisorylock.OnTimeout;
import org.jspecify.annotations.Nullable;

/**
 * The annotations of classes and methods as the container shows them, after extensions have changed them. Otherwise as
 * the source declares them.
 */
final class ContainerView implements Annotations.View {

    private final Map<AnnotatedElement, Annotations> seen = new HashMap<>();

    @Override
    public Annotations of(AnnotatedElement element) {
        Annotations marks = seen.get(element);
        return marks != null ? marks : Annotations.declared(element);
    }

    /**
     * Notes what the container shows of a class that has the annotation somewhere. What it cannot show counts as
     * declared.
     */
    void see(ClassInfo type) {
        Class<?> declared = load(type.name());
        if (declared == null) {
            return;
        }
        see(declared, type);
        type.methods().forEach(this::see);
    }

    private void see(MethodInfo method) {
        try {
            Class<?> owner = load(method.declaringClass().name());
            if (owner != null) {
                see(owner.getDeclaredMethod(method.name(), parameters(method)), method);
            }
        } catch (ReflectiveOperationException | RuntimeException | LinkageError unreadable) {
            // Weld fails for elements that it has no model of, such as private methods of superclasses. No extension
            // can have changed those.
        }
    }

    private void see(AnnotatedElement element, DeclarationInfo info) {
        Annotations declared = Annotations.declared(element);
        List<AdvisoryLock> locks = new ArrayList<>();
        List<Class<? extends Annotation>> types = new ArrayList<>();
        for (AnnotationInfo annotation : info.annotations()) {
            Class<?> type = load(annotation.declaration().name());
            if (type != null) {
                types.add(type.asSubclass(Annotation.class));
            }
            if (type == AdvisoryLock.class) {
                locks.add(lock(annotation));
            }
        }
        // Equal ones stay as they are, because their messages are nicer.
        seen.put(element, new Annotations(declared.locks().equals(locks) ? declared.locks() : locks, types));
    }

    private static AdvisoryLock lock(AnnotationInfo info) {
        String[] templates = info.member("value").asArray().stream()
                .map(AnnotationMember::asString)
                .toArray(String[]::new);
        Class<?> resolver =
                load(info.member("keyResolver").asType().asClass().declaration().name());
        AdvisoryLock.Literal literal = AdvisoryLock.Literal.of(templates)
                .withMode(constant(info, "mode", LockMode.class))
                .withScope(constant(info, "scope", LockScope.class))
                .withPermits(info.member("permits").asInt())
                .withHoldAtLeast(info.member("holdAtLeast").asLong(), constant(info, "holdAtLeastUnit", TimeUnit.class))
                .withAccessTimeout(info.member("accessTimeout").asLong(), constant(info, "unit", TimeUnit.class))
                .withOnTimeout(constant(info, "onTimeout", OnTimeout.class))
                .withRetries(info.member("retries").asInt())
                .withHash(constant(info, "hash", KeyHash.class))
                .withDataSource(info.member("dataSource").asString());
        return resolver == null ? literal : literal.withKeyResolver(resolver.asSubclass(KeyResolver.class));
    }

    private static <E extends Enum<E>> E constant(AnnotationInfo info, String member, Class<E> type) {
        return Enum.valueOf(type, info.member(member).asEnumConstant());
    }

    private static Class<?>[] parameters(MethodInfo method) throws ClassNotFoundException {
        List<Class<?>> types = new ArrayList<>();
        for (var parameter : method.parameters()) {
            types.add(erasure(parameter.type()));
        }
        return types.toArray(Class<?>[]::new);
    }

    private static Class<?> erasure(Type type) throws ClassNotFoundException {
        return switch (type.kind()) {
            case PRIMITIVE -> primitive(type.asPrimitive().name());
            case ARRAY -> erasure(type.asArray().componentType()).arrayType();
            case PARAMETERIZED_TYPE ->
                find(type.asParameterizedType().declaration().name());
            case TYPE_VARIABLE -> erasure(type.asTypeVariable().bounds().get(0));
            default -> find(type.asClass().declaration().name());
        };
    }

    private static Class<?> primitive(String name) throws ClassNotFoundException {
        for (Class<?> type : List.of(
                int.class, long.class, boolean.class, double.class, float.class, char.class, short.class, byte.class)) {
            if (type.getName().equals(name)) {
                return type;
            }
        }
        throw new ClassNotFoundException(name);
    }

    private static Class<?> find(String name) throws ClassNotFoundException {
        return Class.forName(name, false, Thread.currentThread().getContextClassLoader());
    }

    /**
     * By reflection, so that the same code makes the plans here and at run time. A class that cannot be loaded here is
     * checked there.
     */
    static @Nullable Class<?> load(String name) {
        try {
            return find(name);
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }
}
