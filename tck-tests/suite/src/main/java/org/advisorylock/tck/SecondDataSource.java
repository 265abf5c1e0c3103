package org.advisorylock.tck;

import jakarta.inject.Qualifier;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks the runner's second DataSource. Its name is {@value #NAME}, too. */
@Qualifier
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE})
public @interface SecondDataSource {
    /** What it is called in {@code @AdvisoryLock(dataSource = ...)}. */
    String NAME = "other";
}
