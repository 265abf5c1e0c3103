package org.advisorylock;

import jakarta.enterprise.util.AnnotationLiteral;
import jakarta.enterprise.util.Nonbinding;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Makes calls with the same key run one after the other, on all servers that share a PostgreSQL database. It holds
 * PostgreSQL's advisory locks during the calls of a method.
 *
 * <pre>{@code
 * @Transactional
 * @AdvisoryLock("account:{from}")
 * public void withdraw(long from, BigDecimal amount) { ... }
 * }</pre>
 *
 * <p><b>When.</b> In {@link LockScope#TRANSACTION}, the default, the lock is taken inside the transaction, before the
 * method is called, on the connection that the JTA transaction has enlisted. PostgreSQL releases it with commit or
 * rollback: that is after the method, when others can read its work. So the call must run in an active JTA transaction,
 * by {@code @Transactional}, by an enterprise bean's container-managed transaction, or the caller's. Otherwise it
 * throws {@code jakarta.transaction.TransactionalException} with a {@code TransactionRequiredException}.
 *
 * <p><b>Where.</b> It works on public methods of CDI beans with a normal scope and of enterprise beans, and also on
 * observers, producers and timeout methods. On a class it applies to each business method. A method's annotation
 * replaces that of its class, and one that an extension adds to a method counts as the method's own. It may come from a
 * stereotype or another interceptor binding. Subclasses inherit it from a class, but not from an overridden method.
 *
 * <p><b>Where not.</b> The deployment fails where the annotation could have no effect:
 *
 * <ul>
 *   <li>on a private, static or interface method, and on an overridden method whose override does not repeat it
 *   <li>on a class whose instances a producer makes
 *   <li>on a method that the container calls without interceptors ({@code @PostConstruct}, {@code @PreDestroy},
 *       initializers)
 *   <li>on servlets, filters, listeners and entities
 *   <li>on containers such as Weld, which call no interceptor while another method of the same instance runs: on a bean
 *       without a normal scope that has other methods, and on a method that is not public or has a type that is not
 * </ul>
 *
 * <p>A call of {@code this.method()} passes no interceptor, except on Quarkus. Nothing can detect that from outside;
 * {@link TransactionLocks#assertHeld(String)} detects it from inside.
 *
 * <p><b>Results that come later.</b> The work must end before the lock does. If a method returns a {@code Future}, a
 * publisher or a similar type, the deployment fails. If its declared type does not tell, the call throws
 * {@link LockGuardException}. A {@code CompletionStage} keeps the lock. In {@link LockScope#TRANSACTION} that is true
 * if the runtime keeps the transaction until the stage completes; the library tries that once, and if not, the call
 * throws {@code LockGuardException} before the method is called. In {@link LockScope#SESSION} the lock is held until
 * the stage completes. Meanwhile no thread owns it, and if it is lost, the stage completes with
 * {@link LockLostException}. The same is true of a {@code Uni} of Mutiny. Its work begins when the method returns, and
 * is done once for all subscribers.
 *
 * <p><b>What is sent.</b> One message, and so one round trip, for any number of keys; {@link #mode} names the
 * functions. If a single key is not free, a second message follows and waits. Inside a call that holds the same keys
 * nothing is sent.
 *
 * <p><b>How it waits.</b> It blocks while others hold one of the keys, in the order of arrival, and never polls. For
 * each key one transaction of each JVM waits in the server; this is true of transactions that begin with the call. The
 * others queue in the JVM, where they hold no connection yet. A transaction that may hold something already (the
 * caller's, or an enterprise bean's) queues for at most a second, and then waits in the server with its connection. A
 * method must not roll back to a savepoint that is older than its call, because PostgreSQL frees the lock there.
 *
 * <p><b>What is read.</b> In READ COMMITTED each statement after the lock sees what the last holder committed. A cache
 * does not: EclipseLink, the persistence provider of Payara and GlassFish, shares entities between the transactions of
 * one server, so {@code find} may give an entity that is older than another server's commit. Set
 * {@code <shared-cache-mode>NONE</shared-cache-mode>}, or {@code refresh} what you read under the lock. {@code now()}
 * is the start of the transaction, which is earlier than the end of its wait for the lock; {@code clock_timestamp()}
 * follows the order of the holders.
 *
 * <p><b>Other interceptors.</b> Jakarta Concurrency's {@code @Asynchronous} is outside transaction and lock, so the
 * thread that runs the method holds the lock. A schedule of it ({@code runAt}) ends for good with its first exception,
 * and a {@link LockTimeoutException} is one: use {@link OnTimeout#SKIP} there, or catch it. MicroProfile Fault
 * Tolerance is inside both, unless {@code mp.fault.tolerance.interceptor.priority} is 100: its {@code Retry} and
 * {@code Fallback} do not see a lock that was refused.
 *
 * <p><b>Errors.</b> All are unchecked {@link AdvisoryLockException}s: {@link LockTimeoutException},
 * {@link LockDeadlockException}, {@link SelfDeadlockException}, {@link LockKeyException} and
 * {@link LockGuardException}. The documentation of each has its condition. After a timeout PostgreSQL's transaction is
 * usable; after any other failure of the database it is marked for rollback. A timeout that leaves a
 * {@code @Transactional} method marks the transaction for rollback, as every unchecked exception does, even a
 * transaction that the method joined. With {@link OnTimeout#SKIP} nothing is thrown.
 *
 * <p>The words are those of Jakarta Concurrency's {@code Lock}, which does the same inside one JVM.
 *
 * @see TransactionLocks
 */
@Documented
@Inherited
@InterceptorBinding
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface AdvisoryLock {
    /** An {@link #accessTimeout} that tries once and does not wait. */
    long IMMEDIATE = 0;

    /** An {@link #accessTimeout} that waits for ever. */
    long UNLIMITED = -1;

    /** The priority of the interceptor: inside {@code @Transactional}, which is at {@code PLATFORM_BEFORE + 200}. */
    int PRIORITY = Interceptor.Priority.PLATFORM_BEFORE + 250;

    /**
     * The templates of the keys: literal text with places, {@code "account:{from}"}.
     *
     * <p>A place, {@code {path}}, begins with a parameter: its name (if the application is compiled with
     * {@code -parameters}) or its index from 0. Getters, record components or map keys may follow, separated by dots:
     * {@code "{order.customer.id}"}, {@code "{0.customer.id}"}. There is nothing else: no calls with arguments and no
     * expression language, and values are never parsed. Templates are checked at deployment.
     *
     * <p>A place takes values whose equal ones always have the same text: text ({@code CharSequence}), {@code Boolean},
     * {@code Character}, whole numbers, {@code BigDecimal} (1, 1.0 and 1.00 are one key), enum constants (their name),
     * {@code UUID}, {@code URI}, the values of {@code java.time}, {@link AdvisoryLockKey} (its number), and the content
     * of an {@code Optional}, {@code OptionalInt} or {@code OptionalLong}. Everything else is refused, at deployment if
     * the type tells, else at the call: floating point, records and other objects as a whole, JSON values,
     * {@code byte[]}, {@code char[]}, {@code Map}, dates of {@code java.util}. Name a value inside it.
     *
     * <p>Null, an empty text and an empty {@code Optional} throw {@link LockKeyException}, and so does a key of more
     * than 1,000 characters. A collection, an array or a stream stands for several keys, one for each different
     * element. An empty one throws {@code LockKeyException}. If there are more keys than {@code advisorylock.max-keys},
     * the call throws it before it makes them.
     *
     * <p>Several places in one template must have a {@code :} between them. In their values {@code \} escapes {@code :}
     * and {@code \}, so {@code ("a:b", "c")} and {@code ("a", "b:c")} are two keys. The value of a single place stands
     * as it is.
     *
     * @return the templates; at least one, unless there is a {@link #keyResolver}
     */
    @Nonbinding
    String[] value() default {};

    /**
     * Exclusive or shared. For exclusive the library sends {@code pg_try_advisory_xact_lock} first, and
     * {@code pg_advisory_xact_lock}, which waits, if that is not granted. For shared it sends the same functions with
     * {@code _shared}.
     *
     * @return the mode
     */
    @Nonbinding
    LockMode mode() default LockMode.EXCLUSIVE;

    /**
     * How long the lock is held: until the transaction ends, or around the whole call. With {@link LockScope#SESSION}
     * it is taken before {@code @Transactional} begins the transaction, and released after that has ended. So methods
     * in REPEATABLE READ and SERIALIZABLE read what the last holder committed, and no transaction is needed. See
     * {@link LockScope} for the other differences.
     *
     * @return the scope
     */
    @Nonbinding
    LockScope scope() default LockScope.TRANSACTION;

    /**
     * How many calls with one key may run at the same time, on all servers together. More than one makes the lock a
     * semaphore: a call takes one of that many slots, and each slot is an advisory lock of its own. All who use the key
     * must name the same number; a key with one permit excludes nobody who uses several. It works for a call with a
     * single key, in exclusive mode. If all slots are taken, the call asks for them again at least every 100 ms, and
     * meanwhile queues in the server for one of them.
     *
     * @return 1 to 1,000
     */
    @Nonbinding
    int permits() default 1;

    /**
     * How long to keep the lock at least, in {@link #holdAtLeastUnit}s, even if the call returns earlier. The call
     * itself does not wait for that. Only with {@link LockScope#SESSION}.
     *
     * <p>So a server whose clock is a second late does not run a job of 5 ms again. With {@link #permits} it is a rate
     * limit: that many starts in that time.
     *
     * <p>The time counts from the call of the method. The running time of the method is added, up to a tenth of this
     * period, so that the effects of two calls are at least this far apart. An application that ends waits for up to
     * two seconds; if more is missing, it gives the lock back at once, as does a server that dies.
     *
     * @return 0 or more
     */
    @Nonbinding
    long holdAtLeast() default 0;

    /**
     * The unit of {@link #holdAtLeast}.
     *
     * @return the unit
     */
    @Nonbinding
    TimeUnit holdAtLeastUnit() default TimeUnit.SECONDS;

    /**
     * How long to wait for all keys together, in {@link #unit}s. PostgreSQL counts the wait in milliseconds: a shorter
     * time lasts one millisecond, and the longest is 2,147,483,647 ms.
     *
     * @return a positive number, {@link #IMMEDIATE} or {@link #UNLIMITED}
     */
    @Nonbinding
    long accessTimeout() default 60;

    /**
     * The unit of {@link #accessTimeout}.
     *
     * @return the unit
     */
    @Nonbinding
    TimeUnit unit() default TimeUnit.SECONDS;

    /**
     * What to do if the lock is not granted in time.
     *
     * @return to throw, or to skip the method
     */
    @Nonbinding
    OnTimeout onTimeout() default OnTimeout.THROW;

    /**
     * How often to run the whole transaction again after a {@link LockTimeoutException}, a deadlock (40P01) or a
     * serialization failure (40001). That includes failures of the method's own statements and of the commit. Before
     * each run there is a random pause of up to 10 ms, which doubles each time up to 640 ms. Nothing of a failed run
     * stays in the database; what the method did elsewhere stays.
     *
     * <p>Only a method whose own {@code @Transactional} begins the transaction can be run again. Without
     * {@code @Transactional}, and on an enterprise bean, the deployment fails. If the call joins its caller's
     * transaction, it throws {@link LockGuardException}.
     *
     * @return 0 or more
     */
    @Nonbinding
    int retries() default 0;

    /**
     * How the text of a key becomes its number.
     *
     * @return the hash
     */
    @Nonbinding
    KeyHash hash() default KeyHash.DEFAULT;

    /**
     * The DataSource whose database has the locks: that of the data that they guard. It must take part in JTA
     * transactions, and lead to one database. One that chooses another database for each tenant is refused.
     *
     * @return a name {@code N} for which the configuration has {@code advisorylock.datasource.N}; else the name of a
     *     {@code @Named} DataSource bean; else a JNDI name, without a scheme or with {@code java:}. Empty for the
     *     DataSource that the configuration property {@code advisorylock.datasource} names, else the DataSource bean
     *     that {@code @Inject} finds or the only one, else {@code java:comp/DefaultDataSource}. In
     *     {@link LockScope#SESSION} also the name of a group of databases, {@code N} of
     *     {@code advisorylock.group.N=a,b,c}, whose majority makes the lock; in {@link LockScope#TRANSACTION} that
     *     fails the deployment
     */
    @Nonbinding
    String dataSource() default "";

    /**
     * A bean that computes the keys, instead of templates.
     *
     * @return the bean's class; {@code KeyResolver.class} itself for none
     */
    @Nonbinding
    Class<? extends KeyResolver> keyResolver() default KeyResolver.class;

    /**
     * An {@link AdvisoryLock} that is made in code. A portable extension uses it to add the annotation to a method.
     * Immutable.
     */
    // The array is copied on the way in and on the way out, and a field changes only before its literal is handed out.
    @SuppressWarnings("ImmutableAnnotationChecker")
    final class Literal extends AnnotationLiteral<AdvisoryLock> implements AdvisoryLock {

        private static final long serialVersionUID = 1;

        /** The members of this literal, by the names of the annotation's. */
        private final String[] value;

        private LockMode mode = LockMode.EXCLUSIVE;
        private LockScope scope = LockScope.TRANSACTION;
        private int permits = 1;
        private long holdAtLeast;
        private TimeUnit holdAtLeastUnit = TimeUnit.SECONDS;
        private long accessTimeout = 60;
        private TimeUnit unit = TimeUnit.SECONDS;
        private OnTimeout onTimeout = OnTimeout.THROW;
        private int retries;
        private KeyHash hash = KeyHash.DEFAULT;
        private String dataSource = "";
        private Class<? extends KeyResolver> keyResolver = KeyResolver.class;

        private Literal(String[] value) {
            this.value = value;
        }

        /**
         * A literal with the annotation's defaults.
         *
         * @param value the templates
         * @return the literal
         */
        public static Literal of(String... value) {
            return new Literal(value.clone());
        }

        private Literal with(Consumer<Literal> change) {
            Literal changed = new Literal(value);
            changed.mode = mode;
            changed.scope = scope;
            changed.permits = permits;
            changed.holdAtLeast = holdAtLeast;
            changed.holdAtLeastUnit = holdAtLeastUnit;
            changed.accessTimeout = accessTimeout;
            changed.unit = unit;
            changed.onTimeout = onTimeout;
            changed.retries = retries;
            changed.hash = hash;
            changed.dataSource = dataSource;
            changed.keyResolver = keyResolver;
            change.accept(changed);
            return changed;
        }

        /**
         * This literal with another mode.
         *
         * @param mode the mode
         * @return a new literal
         */
        public Literal withMode(LockMode mode) {
            return with(changed -> changed.mode = mode);
        }

        /**
         * This literal with another scope.
         *
         * @param scope the scope
         * @return a new literal
         */
        public Literal withScope(LockScope scope) {
            return with(changed -> changed.scope = scope);
        }

        /**
         * This literal with another number of permits.
         *
         * @param permits 1 to 1,000
         * @return a new literal
         */
        public Literal withPermits(int permits) {
            return with(changed -> changed.permits = permits);
        }

        /**
         * This literal with another timeout.
         *
         * @param accessTimeout a positive number, {@link #IMMEDIATE} or {@link #UNLIMITED}
         * @param unit its unit
         * @return a new literal
         */
        public Literal withAccessTimeout(long accessTimeout, TimeUnit unit) {
            return with(changed -> {
                changed.accessTimeout = accessTimeout;
                changed.unit = unit;
            });
        }

        /**
         * This literal with another least time to hold the lock.
         *
         * @param holdAtLeast 0 or more
         * @param unit its unit
         * @return a new literal
         */
        public Literal withHoldAtLeast(long holdAtLeast, TimeUnit unit) {
            return with(changed -> {
                changed.holdAtLeast = holdAtLeast;
                changed.holdAtLeastUnit = unit;
            });
        }

        /**
         * This literal with another answer to a timeout.
         *
         * @param onTimeout to throw or to skip
         * @return a new literal
         */
        public Literal withOnTimeout(OnTimeout onTimeout) {
            return with(changed -> changed.onTimeout = onTimeout);
        }

        /**
         * This literal with another number of retries.
         *
         * @param retries 0 or more
         * @return a new literal
         */
        public Literal withRetries(int retries) {
            return with(changed -> changed.retries = retries);
        }

        /**
         * This literal with another hash.
         *
         * @param hash the hash
         * @return a new literal
         */
        public Literal withHash(KeyHash hash) {
            return with(changed -> changed.hash = hash);
        }

        /**
         * This literal with another DataSource.
         *
         * @param dataSource its name
         * @return a new literal
         */
        public Literal withDataSource(String dataSource) {
            return with(changed -> changed.dataSource = dataSource);
        }

        /**
         * This literal with a bean that computes the keys.
         *
         * @param keyResolver the bean's class
         * @return a new literal
         */
        public Literal withKeyResolver(Class<? extends KeyResolver> keyResolver) {
            return with(changed -> changed.keyResolver = keyResolver);
        }

        @Override
        public String[] value() {
            return value.clone();
        }

        @Override
        public LockMode mode() {
            return mode;
        }

        @Override
        public LockScope scope() {
            return scope;
        }

        @Override
        public int permits() {
            return permits;
        }

        @Override
        public long holdAtLeast() {
            return holdAtLeast;
        }

        @Override
        public TimeUnit holdAtLeastUnit() {
            return holdAtLeastUnit;
        }

        @Override
        public long accessTimeout() {
            return accessTimeout;
        }

        @Override
        public TimeUnit unit() {
            return unit;
        }

        @Override
        public OnTimeout onTimeout() {
            return onTimeout;
        }

        @Override
        public int retries() {
            return retries;
        }

        @Override
        public KeyHash hash() {
            return hash;
        }

        @Override
        public String dataSource() {
            return dataSource;
        }

        @Override
        public Class<? extends KeyResolver> keyResolver() {
            return keyResolver;
        }
    }
}
