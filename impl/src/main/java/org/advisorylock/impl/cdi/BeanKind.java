package org.advisorylock.impl.cdi;

/** How a container calls the methods of a bean. */
enum BeanKind {
    /** Through a client proxy of Weld's, which passes the interceptors by where it has to use reflection. */
    PROXIED,

    /** On an instance of its own for each injection point; Weld passes the interceptors by while one of its methods runs. */
    DEPENDENT,

    /** The same, on one instance for all, as with {@code jakarta.inject.Singleton}. */
    SHARED,

    /** On every call by its interceptors: an enterprise bean, or any bean of a container that is not Weld. */
    ALWAYS_INTERCEPTED
}
