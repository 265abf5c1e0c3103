package org.advisorylock.impl.key;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockKeyException;
import org.advisorylock.impl.Message;
import org.jspecify.annotations.Nullable;

/** The way from a method's arguments to the value of one place: a parameter, then properties or map keys. */
final class KeyPath {

    private static final MethodType ACCESS = MethodType.methodType(Object.class, Object.class);
    private static final MethodHandle MAP_GET = mapGet();
    private static final MethodHandle UNWRAP = unwrap();

    private final Signature signature;
    private final String template;
    private final String path;
    private final int parameter;
    private final MethodHandle[] steps;
    private final boolean plain;

    private KeyPath(
            Signature signature, String template, String path, int parameter, MethodHandle[] steps, boolean plain) {
        this.plain = plain;
        this.signature = signature;
        this.template = template;
        this.path = path;
        this.parameter = parameter;
        this.steps = steps;
    }

    static KeyPath parse(Signature signature, String template, String path) {
        String[] names = path.split("\\.", -1);
        int parameter = signature.find(names[0]);
        if (parameter < 0) {
            boolean nameless = !signature.hasNames() && !Character.isDigit(names[0].charAt(0));
            throw refusal(
                    nameless
                            ? Message.NO_PARAMETER_NAMES.text(signature, template, names[0])
                            : Message.UNKNOWN_PARAMETER.text(signature, template, names[0], signature.allowed()),
                    null);
        }
        List<MethodHandle> steps = new ArrayList<>();
        GenericType type = unwrapped(signature.typeOf(parameter), steps);
        boolean plain = true;
        for (int i = 1; i < names.length; i++) {
            plain &= type.raw().isRecord();
            type = unwrapped(step(signature, template, names[i], type, steps), steps);
        }
        String whyNot = StableText.isSeveral(type.raw()) ? "" : StableText.whyNeverOf(type.raw());
        if (!whyNot.isEmpty()) {
            throw refusal(
                    Message.NO_STABLE_TEXT.text(
                            signature, path, template, type.raw().getTypeName(), whyNot),
                    null);
        }
        return new KeyPath(
                signature,
                template,
                path,
                parameter,
                steps.toArray(new MethodHandle[0]),
                plain && PlainValue.isAlways(type.raw()));
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
                    Message.UNKNOWN_PROPERTY.text(
                            signature, template, name, type.raw().getTypeName(), allowed),
                    null);
        }
        try {
            steps.add(Properties.accessor(property));
        } catch (IllegalAccessException e) {
            throw refusal(
                    Message.INACCESSIBLE.text(
                            signature, template, name, type.raw().getTypeName()),
                    e);
        }
        GenericType declaring = type.as(property.getDeclaringClass());
        return (declaring != null ? declaring : type).resolve(property.getGenericReturnType());
    }

    private static GenericType unwrapped(GenericType type, List<MethodHandle> steps) {
        if (type.raw() != Optional.class) {
            return type;
        }
        steps.add(UNWRAP);
        return type.argumentOf(Optional.class, 0);
    }

    /** Whether to read the value and its text runs no code of the application, whatever the arguments. */
    boolean isPlain() {
        return plain;
    }

    /** The same for these arguments. */
    boolean isPlain(@Nullable Object[] arguments) {
        return plain || (isArgument() && PlainValue.is(arguments[parameter]));
    }

    int parameter() {
        return parameter;
    }

    /** Whether the value is an argument itself, not something inside it. */
    boolean isArgument() {
        return steps.length == 0;
    }

    Object value(@Nullable Object[] arguments) {
        Object value = arguments[parameter];
        for (int i = 0; i < steps.length && value != null; i++) {
            try {
                value = (Object) steps[i].invokeExact(value);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable checked) {
                throw new LockKeyException(Message.PROPERTY_FAILED.text(signature, path, template, checked), checked);
            }
        }
        if (value == null) {
            throw new LockKeyException(Message.NULL_VALUE.text(signature, path, template));
        }
        return value;
    }

    /** The text of a value or of one element of it. */
    String text(@Nullable Object element) {
        Object value = element instanceof Optional<?> optional ? optional.orElse(null) : element;
        if (value == null) {
            throw new LockKeyException(Message.NULL_VALUE.text(signature, path, template));
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if ((value instanceof Double number && number.isNaN()) || (value instanceof Float real && real.isNaN())) {
            throw new LockKeyException(Message.NOT_A_NUMBER.text(signature, path, template));
        }
        String whyNot = StableText.whyNot(value.getClass());
        if (!whyNot.isEmpty()) {
            throw new LockKeyException(Message.NO_STABLE_TEXT_AT_CALL.text(
                    signature, path, template, value.getClass().getTypeName(), whyNot));
        }
        String text = value.toString();
        if (text == null || text.isEmpty()) {
            throw empty();
        }
        return text;
    }

    LockKeyException empty() {
        return new LockKeyException(Message.EMPTY_VALUE.text(signature, path, template));
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

    private static MethodHandle unwrap() {
        try {
            MethodHandle orElse = MethodHandles.publicLookup().findVirtual(Optional.class, "orElse", ACCESS);
            return MethodHandles.insertArguments(orElse, 1, (Object) null).asType(ACCESS);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
