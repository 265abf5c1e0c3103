package org.advisorylock.benchmarks.stub;

import java.lang.invoke.MethodHandles;
import org.jboss.classfilewriter.AccessFlag;
import org.jboss.classfilewriter.ClassFile;
import org.jboss.classfilewriter.code.CodeAttribute;

/**
 * Makes an instance of an abstract class of this package. A method that the class does not implement throws
 * AbstractMethodError. The JVM allows that, though the Java language does not. So the stubs need not have the hundreds
 * of methods of JDBC that nobody calls. A call costs as much as any other one, unlike one of a
 * {@link java.lang.reflect.Proxy}.
 */
final class Concrete {

    private Concrete() {}

    static <T> T of(Class<T> type) {
        String name = type.getName() + "Concrete";
        ClassFile file =
                new ClassFile(name, AccessFlag.SUPER, type.getName(), type.getClassLoader(), Concrete::neverDefined);
        CodeAttribute code = file.addMethod(0, "<init>", "V").getCodeAttribute();
        code.aload(0);
        code.invokespecial(type.getName(), "<init>", "()V");
        code.returnInstruction();
        try {
            Class<?> made = MethodHandles.lookup()
                    .defineHiddenClass(file.toBytecode(), true)
                    .lookupClass();
            return type.cast(made.getDeclaredConstructor().newInstance());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Class<?> neverDefined(
            ClassLoader loader, String name, byte[] bytes, int offset, int length, Object domain) {
        throw new UnsupportedOperationException(name);
    }
}
