package org.advisorylock.impl.plan;

import jakarta.interceptor.InvocationContext;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockGuardException;
import org.advisorylock.impl.CallMessage;
import org.jspecify.annotations.Nullable;

/** The plan of each method. Its first call makes it; the extension has checked the same at deployment. */
public final class LockPlans {

    private final Settings settings;
    private final Map<Class<?>, Map<Method, Latest>> latest = new ConcurrentHashMap<>();
    private final Map<Use, LockPlan> plans = new ConcurrentHashMap<>();

    /** The plan of the last call and its bindings, because two beans of one class may have different bindings. */
    private record Latest(@Nullable Object bindings, LockPlan plan) {}

    /** It has Objects, because a record's equals makes the JDK keep the class loader of each component's own type. */
    private record Use(Object target, Object method, Object lock) {}

    public LockPlans(Settings settings) {
        this.settings = settings;
    }

    public LockPlan findOrMake(InvocationContext call) {
        Class<?> target = call.getTarget().getClass();
        Method method = call.getMethod();
        Map<Method, Latest> ofClass = latest.get(target);
        Latest known = ofClass == null ? null : ofClass.get(method);
        return known != null && known.bindings == EffectiveLock.bindings(call)
                ? known.plan
                : find(target, method, call);
    }

    private LockPlan find(Class<?> target, Method method, InvocationContext call) {
        AdvisoryLock lock = EffectiveLock.find(target, method, call);
        if (lock == null) {
            throw new LockGuardException(CallMessage.NO_ANNOTATION.text(method, target.getName()), List.of(), null);
        }
        LockPlan plan = plans.computeIfAbsent(
                new Use(target, method, lock), any -> LockPlan.make(target, method, lock, settings));
        latest.computeIfAbsent(target, any -> new ConcurrentHashMap<>())
                .put(method, new Latest(EffectiveLock.bindings(call), plan));
        return plan;
    }
}
