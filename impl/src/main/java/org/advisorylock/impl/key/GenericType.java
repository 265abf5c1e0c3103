package org.advisorylock.impl.key;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A class and the types that its type variables stand for. So a path through {@code Optional<Order>} knows the order.
 */
record GenericType(Class<?> raw, Map<TypeVariable<?>, GenericType> arguments) {

    static GenericType of(Class<?> raw) {
        return new GenericType(raw, Map.of());
    }

    /** Resolves a type that is written inside this one, such as the return type of a getter. */
    GenericType resolve(Type type) {
        if (type instanceof ParameterizedType parameterized) {
            Class<?> raw = (Class<?>) parameterized.getRawType();
            Map<TypeVariable<?>, GenericType> arguments = new HashMap<>();
            for (int i = 0; i < raw.getTypeParameters().length; i++) {
                arguments.put(raw.getTypeParameters()[i], resolve(parameterized.getActualTypeArguments()[i]));
            }
            return new GenericType(raw, arguments);
        }
        if (type instanceof TypeVariable<?> variable) {
            GenericType argument = arguments.get(variable);
            return argument != null ? argument : boundOf(variable);
        }
        if (type instanceof WildcardType wildcard) {
            return resolve(wildcard.getUpperBounds()[0]);
        }
        if (type instanceof GenericArrayType array) {
            return of(resolve(array.getGenericComponentType()).raw().arrayType());
        }
        return of((Class<?>) type);
    }

    private GenericType boundOf(TypeVariable<?> variable) {
        Type bound = variable.getBounds()[0];
        // T extends Comparable<T> would never end.
        return bound instanceof ParameterizedType recursive ? of((Class<?>) recursive.getRawType()) : resolve(bound);
    }

    /** This type as one of its supertypes, in whose terms the supertype declares its members. */
    @Nullable
    GenericType as(Class<?> supertype) {
        if (raw == supertype) {
            return this;
        }
        List<Type> parents = new ArrayList<>(List.of(raw.getGenericInterfaces()));
        if (raw.getGenericSuperclass() != null) {
            parents.add(raw.getGenericSuperclass());
        }
        for (Type parent : parents) {
            GenericType found = resolve(parent).as(supertype);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** The type that the n-th type parameter of a supertype stands for; {@code Object} if nothing says it. */
    GenericType argumentOf(Class<?> supertype, int n) {
        GenericType seen = as(supertype);
        GenericType argument =
                seen == null ? null : seen.arguments.get(supertype.getTypeParameters()[n]);
        return argument != null ? argument : of(Object.class);
    }
}
