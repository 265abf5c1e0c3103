package org.advisorylock.impl.faults.naming.java;

import java.lang.reflect.Proxy;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.naming.Context;
import javax.naming.Name;
import javax.naming.NoInitialContextException;
import javax.naming.spi.ObjectFactory;

/** Makes a new object for each look-up. JNDI prescribes the names of this class and its package. */
public final class javaURLContextFactory implements ObjectFactory {

    /** The value for {@code java.naming.factory.url.pkgs}. */
    public static final String PACKAGES = "org.advisorylock.impl.faults.naming";

    private static final Map<String, Supplier<Object>> BOUND = new ConcurrentHashMap<>();

    /** Binds a name. */
    public static void bind(String name, Supplier<Object> made) {
        BOUND.put(name, made);
    }

    /** Unbinds all. */
    public static void clear() {
        BOUND.clear();
    }

    @Override
    public Object getObjectInstance(Object object, Name name, Context context, Hashtable<?, ?> environment) {
        return Proxy.newProxyInstance(
                javaURLContextFactory.class.getClassLoader(),
                new Class<?>[] {Context.class},
                (proxy, method, arguments) -> {
                    if (!method.getName().equals("lookup")) {
                        return null;
                    }
                    Supplier<Object> made = BOUND.get(String.valueOf(arguments[0]));
                    if (made == null) {
                        throw new NoInitialContextException(String.valueOf(arguments[0]));
                    }
                    return made.get();
                });
    }
}
