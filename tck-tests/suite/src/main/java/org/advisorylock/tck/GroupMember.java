package org.advisorylock.tck;

import jakarta.inject.Qualifier;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the runner's three DataSources of three databases. They have these names, too. Advisory locks of different
 * databases are independent, so the databases may be on one server.
 */
@Qualifier
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE})
public @interface GroupMember {
    /** The first one. */
    String A = "tck-a";

    /** The second one. */
    String B = "tck-b";

    /** The third one. */
    String C = "tck-c";

    /** Which one it is. */
    String value();
}
