package org.advisorylock.impl.key;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.BaseStream;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockGuardException;
import org.advisorylock.impl.DeploymentMessage;
import org.advisorylock.spi.Place;
import org.advisorylock.spi.Properties;
import org.advisorylock.spi.ValueTexts;
import org.advisorylock.spi.ValueTypes;
import org.jspecify.annotations.Nullable;

/** The path from the arguments of a method to the value of one place: a parameter, then properties or map keys. */
final class KeyPath {

    private static final MethodType ACCESS = MethodType.methodType(Object.class, Object.class);
    private static final MethodHandle MAP_GET = mapGet();

    private final Place place;
    private final int parameter;
    private final MethodHandle[] steps;
    private final boolean plain;

    private KeyPath(Place place, int parameter, List<MethodHandle> steps, boolean plain) {
        this.place = place;
        this.plain = plain;
        this.parameter = parameter;
        this.steps = steps.toArray(new MethodHandle[0]);
    }

    static KeyPath parse(Signature signature, String template, String path) {
        String[] names = path.split("\\.", -1);
        int parameter = signature.find(names[0]);
        if (parameter < 0) {
            boolean nameless = !signature.hasNames() && !Character.isDigit(names[0].charAt(0));
            throw refusal(
                    nameless
                            ? DeploymentMessage.NO_PARAMETER_NAMES.text(signature, template, names[0])
                            : DeploymentMessage.UNKNOWN_PARAMETER.text(
                                    signature, template, names[0], signature.allowed()),
                    null);
        }
        List<MethodHandle> steps = new ArrayList<>();
        GenericType type = unwrap(signature.typeOf(parameter));
        boolean plain = true;
        for (int i = 1; i < names.length; i++) {
            plain &= type.raw().isRecord();
            type = unwrap(step(signature, template, names[i], type, steps));
        }
        Class<?> raw = type.raw();
        String whyNot = ValueTypes.whyNever(raw);
        if (whyNot.isEmpty() && ValueTypes.isSeveral(raw)) {
            raw = unwrap(elementOf(type)).raw();
            whyNot = ValueTypes.isSeveral(raw)
                    ? "is a container inside a container; name a value inside it, or make one List of values"
                    : ValueTypes.whyNever(raw);
        }
        if (!whyNot.isEmpty()) {
            throw refusal(DeploymentMessage.NO_VALUE.text(signature, path, template, raw.getTypeName(), whyNot), null);
        }
        return new KeyPath(
                new Place(signature.toString(), path, template),
                parameter,
                steps,
                plain && PlainValue.isAlways(type.raw()));
    }

    private static GenericType elementOf(GenericType several) {
        if (several.raw().isArray()) {
            return GenericType.of(several.raw().getComponentType());
        }
        return Collection.class.isAssignableFrom(several.raw())
                ? several.argumentOf(Collection.class, 0)
                : several.argumentOf(BaseStream.class, 0);
    }

    private static GenericType step(
            Signature signature, String template, String name, GenericType type, List<MethodHandle> steps) {
        if (Map.class.isAssignableFrom(type.raw())) {
            steps.add(MethodHandles.insertArguments(MAP_GET, 1, name));
            return type.argumentOf(Map.class, 1);
        }
        Map<String, Method> properties = Properties.of(type.raw());
        Method property = properties.get(name);
        if (property == null) {
            String allowed = properties.isEmpty() ? "none" : String.join(", ", properties.keySet());
            throw refusal(
                    DeploymentMessage.UNKNOWN_PROPERTY.text(
                            signature, template, name, type.raw().getTypeName(), allowed),
                    null);
        }
        try {
            steps.add(Properties.accessor(property));
        } catch (IllegalAccessException e) {
            throw refusal(
                    DeploymentMessage.INACCESSIBLE.text(
                            signature, template, name, type.raw().getTypeName()),
                    e);
        }
        GenericType declaring = type.as(property.getDeclaringClass());
        return (declaring != null ? declaring : type).resolve(property.getGenericReturnType());
    }

    private static GenericType unwrap(GenericType type) {
        GenericType content = type;
        while (content.raw() == Optional.class) {
            content = content.argumentOf(Optional.class, 0);
        }
        return content;
    }

    /** The place, for messages and for the texts of values. */
    Place place() {
        return place;
    }

    /**
     * Whether the library reads the value and makes its text without running code of the application, whatever the
     * arguments are.
     */
    boolean isPlain() {
        return plain;
    }

    /** The same for these arguments only. */
    boolean isPlain(@Nullable Object[] arguments) {
        return plain || (steps.length == 0 && PlainValue.is(arguments[parameter]));
    }

    int parameter() {
        return parameter;
    }

    /** The value, without an {@code Optional} around it. */
    Object value(@Nullable Object[] arguments) {
        Object value = ValueTexts.unwrap(arguments[parameter]);
        try {
            for (int i = 0; i < steps.length && value != null; i++) {
                value = ValueTexts.unwrap((Object) steps[i].invokeExact(value));
            }
        } catch (AdvisoryLockException | Error e) {
            throw e;
        } catch (Throwable thrown) {
            throw place.isUnreadable(thrown);
        }
        if (value == null) {
            throw place.isNull();
        }
        return value;
    }

    private static LockGuardException refusal(String text, @Nullable Throwable cause) {
        return new LockGuardException(text, List.of(), cause);
    }

    private static MethodHandle mapGet() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(Map.class, "get", ACCESS)
                    .asType(MethodType.methodType(Object.class, Object.class, Object.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
