package org.advisorylock.tck.quarkus;

import io.quarkus.test.common.TestInstantiator;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jboss.arquillian.test.spi.TestMethodExecutor;

/** One test on an instance of its own, which is a bean of the application. */
final class FreshInstance implements TestMethodExecutor {

    private final Method method;
    private final Object instance;
    private final ClassLoader application;

    /** Makes another instance of the class for the same test. */
    FreshInstance(TestMethodExecutor other) {
        Class<?> type = other.getInstance().getClass();
        method = other.getMethod();
        application = type.getClassLoader();
        ClassLoader before = enter(application);
        try {
            instance = TestInstantiator.instantiateTest(type, application);
        } finally {
            enter(before);
        }
    }

    @Override
    public void invoke(Object... parameters) throws Throwable {
        ClassLoader before = enter(application);
        try {
            // The methods of this class loader: JUnit's have another one.
            Class<?> type = application.loadClass(method.getDeclaringClass().getName());
            call(instance.getClass().getMethod("begin"));
            try (AutoCloseable test = () -> call(instance.getClass().getMethod("end"))) {
                call(type.getDeclaredMethod(method.getName()));
            }
        } finally {
            enter(before);
        }
    }

    private void call(Method called) throws Exception {
        called.setAccessible(true);
        try {
            called.invoke(instance);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof Exception exception ? exception : e;
        }
    }

    private static ClassLoader enter(ClassLoader loader) {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(loader);
        return before;
    }

    @Override
    public String getMethodName() {
        return method.getName();
    }

    @Override
    public Method getMethod() {
        return method;
    }

    @Override
    public Object getInstance() {
        return instance;
    }
}
