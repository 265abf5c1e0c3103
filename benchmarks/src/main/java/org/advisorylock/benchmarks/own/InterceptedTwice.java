package org.advisorylock.benchmarks.own;

import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Binds {@link NothingInterceptor} and {@link OuterNothingInterceptor}. */
@InterceptorBinding
@Intercepted
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface InterceptedTwice {}
