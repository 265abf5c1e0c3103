package org.advisorylock.impl.plan;

/** How a container calls the methods of a bean. */
enum BeanKind {
    /** Through a client proxy of Weld. Where that must use reflection, the interceptors may be skipped. */
    PROXIED,

    /** On an instance for each injection point. Weld skips the interceptors while one of its methods runs. */
    DEPENDENT,

    /** The same, on one instance for all, as with {@code jakarta.inject.Singleton}. */
    SHARED,

    /** With its interceptors on every call: an enterprise bean, or any bean of a container that is not Weld. */
    ALWAYS_INTERCEPTED
}
