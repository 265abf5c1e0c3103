package kotlin.coroutines;

/** The library finds this type by its name, because that API is not among its dependencies. */
public interface Continuation<T> {}
