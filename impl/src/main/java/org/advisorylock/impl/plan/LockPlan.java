package org.advisorylock.impl.plan;

import jakarta.interceptor.InvocationContext;
import jakarta.transaction.Transactional.TxType;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.KeyResolver;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockKeyException;
import org.advisorylock.LockMode;
import org.advisorylock.LockRequest;
import org.advisorylock.LockScope;
import org.advisorylock.OnTimeout;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.DeploymentMessage;
import org.advisorylock.impl.event.Subject;
import org.advisorylock.impl.key.KeyTemplate;
import org.advisorylock.impl.key.Signature;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.transaction.Caller;
import org.jspecify.annotations.Nullable;

/** What to do for each call of one method of one bean. Made and checked once. Immutable. */
public final class LockPlan {

    private final Signature signature;
    private final AdvisoryLock lock;
    private final KeyTemplate[] templates;
    private final boolean plain;
    private final KeyHash hash;
    private final int maxKeys;
    private final LockMode mode;
    private final String dataSource;
    private final boolean skips;
    private final int retries;
    private final boolean forSession;
    private final boolean apart;
    private final int permits;
    private final Duration holdAtLeast;
    private final boolean alwaysBegins;
    private final long waitMillis;
    private final @Nullable Object skipped;
    private final Arrival arrival;
    private final boolean returnsNow;
    private final boolean standsOutside;
    private final Caller beginning;
    private final Caller joining;
    private final Subject subject;

    private LockPlan(Class<?> bean, Signature signature, AdvisoryLock lock, Settings settings, boolean isGroup) {
        this.signature = signature;
        this.lock = lock;
        this.beginning = new Caller(signature.toString(), true);
        this.joining = new Caller(signature.toString(), false);
        this.hash = lock.hash() == KeyHash.DEFAULT ? settings.hash() : lock.hash();
        this.maxKeys = settings.maxKeys();
        // The members of an annotation are read through a proxy, which is too slow for each call.
        this.mode = lock.mode();
        this.dataSource = lock.dataSource();
        this.skips = lock.onTimeout() == OnTimeout.SKIP;
        this.retries = lock.retries();
        this.forSession = lock.scope() == LockScope.SESSION;
        this.apart = OwnTransaction.isApart(bean, signature.method());
        this.permits = AnnotationRules.permits(signature, lock);
        this.holdAtLeast = AnnotationRules.holdAtLeast(signature, lock);
        this.alwaysBegins = OwnTransaction.findType(bean, signature.method()) == TxType.REQUIRES_NEW;
        this.waitMillis = AnnotationRules.waitMillis(signature, lock);
        this.skipped = SkippedResult.result(signature, lock);
        this.arrival = AsynchronousCheck.check(bean, signature, lock, isGroup);
        this.standsOutside = AsynchronousCheck.standsOutside(bean, signature.method());
        this.returnsNow =
                arrival == Arrival.NOW && !Arrival.mayHide(signature.method().getReturnType());
        this.templates = Arrays.stream(lock.value())
                .map(template -> KeyTemplate.parse(signature, template, hash))
                .toArray(KeyTemplate[]::new);
        this.subject = new Subject(name(), lock.scope(), mode, permits);
        this.plain = templates.length > 0 && Arrays.stream(templates).allMatch(KeyTemplate::readsArgumentsOnly);
    }

    /**
     * Makes the plan.
     *
     * @param settings the values that the annotation leaves open, and the groups of databases
     * @throws LockGuardException if the annotation breaks a rule; the message says which one, and what is allowed
     */
    static LockPlan make(Class<?> bean, Method method, AdvisoryLock lock, Settings settings) {
        Signature signature = new Signature(bean, method);
        if (!OwnTransaction.isApiPresent()) {
            throw refusal(DeploymentMessage.NO_TRANSACTIONS_API.text(signature));
        }
        boolean resolved = lock.keyResolver() != KeyResolver.class;
        if (lock.value().length == 0 && !resolved) {
            throw refusal(DeploymentMessage.NO_TEMPLATE.text(signature));
        }
        if (lock.value().length > 0 && resolved) {
            throw refusal(DeploymentMessage.TEMPLATE_AND_RESOLVER.text(signature));
        }
        boolean isGroup = !settings.group(lock.dataSource()).isEmpty();
        if (isGroup) {
            AnnotationRules.requirePossibleInGroup(signature, lock);
        }
        LockPlan plan = new LockPlan(bean, signature, lock, settings, isGroup);
        plan.requireRepeatable(bean);
        return plan;
    }

    private void requireRepeatable(Class<?> bean) {
        if (lock.retries() < 0) {
            throw refusal(DeploymentMessage.NO_RETRY_POSSIBLE.text(this, lock.retries(), "because it is negative"));
        }
        if (lock.retries() > 0) {
            String whyNot = OwnTransaction.whyNotRepeatable(bean, signature.method());
            if (!whyNot.isEmpty()) {
                throw refusal(DeploymentMessage.NO_RETRY_POSSIBLE.text(this, lock.retries(), whyNot));
            }
        }
    }

    /**
     * How often the call may be run again.
     *
     * @param absent whether there is no transaction before it
     * @throws LockGuardException if it should be run again, but only joins its caller's transaction
     */
    public int retries(boolean absent) {
        if (retries > 0 && !absent && !alwaysBegins) {
            throw refusal(DeploymentMessage.NO_RETRY_POSSIBLE.text(
                    this,
                    lock.retries(),
                    "because this call joins its caller's transaction, which cannot be run again from here; put retries on the method that"
                            + " begins it, or use REQUIRES_NEW"));
        }
        return retries;
    }

    private static LockGuardException refusal(String text) {
        return new LockGuardException(text, List.of(), null);
    }

    public AdvisoryLock lock() {
        return lock;
    }

    public String dataSource() {
        return dataSource;
    }

    /**
     * The caller of a lock.
     *
     * @param begins whether the call has begun the transaction; what a resolver or a getter has done in it since then
     *     is unknown
     */
    public Caller caller(InvocationContext call, boolean begins) {
        return begins && (plain || (templates.length > 0 && CallKeys.areMadeOfArgumentsOnly(templates, call)))
                ? beginning
                : joining;
    }

    /** What listeners hear of its calls. */
    public Subject subject() {
        return subject;
    }

    private String name() {
        Method method = signature.method();
        return templates.length == 0
                ? method.getDeclaringClass().getName() + "." + method.getName()
                : Arrays.stream(templates).map(KeyTemplate::toString).collect(Collectors.joining(", "));
    }

    /** Whether the lock is held around the whole call, outside its transaction. */
    public boolean isForSession() {
        return forSession;
    }

    /** Whether a call never joins a transaction that was there before. */
    public boolean isApart() {
        return apart;
    }

    /** How long to keep the lock at least. */
    public Duration holdAtLeast() {
        return holdAtLeast;
    }

    /** Whether a call that does not get its lock in time is skipped instead of refused. */
    public boolean skips() {
        return skips;
    }

    /** When the declared result is there. */
    public Arrival arrival() {
        return arrival;
    }

    /** Whether no result of the method can come later. */
    public boolean returnsNow() {
        return returnsNow;
    }

    /**
     * Whether something outside the lock calls the method in another thread, so that its result is there when it
     * returns.
     */
    public boolean standsOutside() {
        return standsOutside;
    }

    /** Whether a value of this library may be returned in place of the method's own result that comes so. */
    public boolean mayReplace(Arrival result) {
        return result.isReplaceable(signature.method().getReturnType());
    }

    /** The result of a skipped call. */
    @Nullable
    public Object skipped() {
        return skipped;
    }

    /**
     * The claim of a call.
     *
     * @param resolver gives the bean of the annotation's keyResolver; not called if there are templates
     */
    public Claim request(InvocationContext call, Function<LockPlan, KeyResolver> resolver) {
        Collection<AdvisoryLockKey> keys = templates.length == 0
                ? resolve(call, resolver.apply(this))
                : CallKeys.make(templates, hash, maxKeys, call);
        Claim request = permits == 1 ? Claim.of(keys, mode, waitMillis) : permit(keys);
        return forSession ? request.forSession() : request;
    }

    private Claim permit(Collection<AdvisoryLockKey> keys) {
        Claim all = Claim.of(keys, mode, waitMillis);
        if (all.keys().size() > 1) {
            throw new LockKeyException(
                    CallMessage.PERMITS_OF_SEVERAL_KEYS.text(all, all.keys().size()));
        }
        return Claim.permit(all.keys().get(0), permits, hash, waitMillis);
    }

    private Collection<AdvisoryLockKey> resolve(InvocationContext call, KeyResolver resolver) {
        LockRequest resolved = resolver.resolve(call);
        if (resolved == null) {
            throw new LockKeyException(CallMessage.RESOLVED_NOTHING.text(signature, resolverName()));
        }
        return resolved.keys(hash, maxKeys);
    }

    public String resolverName() {
        return lock.keyResolver().getName();
    }

    @Override
    public String toString() {
        return signature.toString();
    }
}
