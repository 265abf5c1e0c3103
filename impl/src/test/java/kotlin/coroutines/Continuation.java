package kotlin.coroutines;

/** Of the name that the library knows, as that API is none of its dependencies. */
public interface Continuation<T> {}
