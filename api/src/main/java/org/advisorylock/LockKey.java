package org.advisorylock;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a parameter part of the key. Its value is appended, after a colon, to every template of the method's
 * {@link AdvisoryLock}. With {@code @AdvisoryLock("account")} these two are the same:
 *
 * <pre>{@code
 * void withdraw(@LockKey long from)              // "account:42"
 * @AdvisoryLock("account:{from}") void withdraw(long from)
 * }</pre>
 *
 * <p>Several marked parameters are appended in their order. The rules for values are those of a place in a template:
 * see {@link AdvisoryLock#value}. If no {@code AdvisoryLock} applies to the method, the deployment fails.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface LockKey {
    /**
     * A path from the parameter to the value: getters, record components or map keys, separated by dots.
     *
     * @return the path, as in {@code "customer.id"}; empty for the parameter itself
     */
    String value() default "";
}
