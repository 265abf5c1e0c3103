package org.advisorylock.impl.key;

import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A bean's method as templates and messages use it: its name for people, and its parameters with their types. */
public final class Signature {

    private final Method method;
    private final GenericType declaring;
    private final String text;

    public Signature(Class<?> bean, Method method) {
        this.method = method;
        GenericType seen = GenericType.of(bean).as(method.getDeclaringClass());
        this.text = method.getDeclaringClass().getName() + "." + method.getName() + "("
                + Arrays.stream(method.getParameterTypes())
                        .map(Class::getSimpleName)
                        .collect(Collectors.joining(", ")) + ")";
        this.declaring = seen != null ? seen : GenericType.of(method.getDeclaringClass());
    }

    public Method method() {
        return method;
    }

    int count() {
        return method.getParameterCount();
    }

    GenericType typeOf(int parameter) {
        return declaring.resolve(method.getGenericParameterTypes()[parameter]);
    }

    /** The parameter of this name or index, -1 if there is none. */
    int find(String nameOrIndex) {
        if (nameOrIndex.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return nameOrIndex.length() < 4 && Integer.parseInt(nameOrIndex) < count()
                    ? Integer.parseInt(nameOrIndex)
                    : -1;
        }
        Parameter[] parameters = method.getParameters();
        return IntStream.range(0, parameters.length)
                .filter(i ->
                        parameters[i].isNamePresent() && parameters[i].getName().equals(nameOrIndex))
                .findFirst()
                .orElse(-1);
    }

    boolean hasNames() {
        return Arrays.stream(method.getParameters()).allMatch(Parameter::isNamePresent);
    }

    /** The ways in which a place may begin, for messages. */
    String allowed() {
        if (count() == 0) {
            return "none, as the method has no parameters";
        }
        String indexes = count() == 1 ? "{0}" : "{0} to {" + (count() - 1) + "}";
        List<String> names = Arrays.stream(method.getParameters())
                .filter(Parameter::isNamePresent)
                .map(parameter -> "{" + parameter.getName() + "}")
                .toList();
        return names.isEmpty() ? indexes : String.join(", ", names) + " and " + indexes;
    }

    /** {@code com.acme.Accounts.withdraw(long, BigDecimal)}. */
    @Override
    public String toString() {
        return text;
    }
}
