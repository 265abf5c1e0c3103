package org.advisorylock.impl.cdi;

import jakarta.interceptor.InvocationContext;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockGuardException;
import org.advisorylock.impl.Message;

/** The plan of each method, made at its first call; the extension has checked the same at deployment. */
final class LockPlans {

    private final Settings settings;
    private final Map<Class<?>, Map<Method, LockPlan>> plans = new ConcurrentHashMap<>();

    LockPlans(Settings settings) {
        this.settings = settings;
    }

    LockPlan of(InvocationContext call) {
        Class<?> target = call.getTarget().getClass();
        Method method = call.getMethod();
        Map<Method, LockPlan> ofClass = plans.get(target);
        LockPlan plan = ofClass == null ? null : ofClass.get(method);
        return plan != null ? plan : made(target, method, call);
    }

    private LockPlan made(Class<?> target, Method method, InvocationContext call) {
        AdvisoryLock lock = EffectiveLock.of(target, method, call);
        if (lock == null) {
            throw new LockGuardException(Message.NO_ANNOTATION.text(method, target.getName()), List.of(), null);
        }
        return plans.computeIfAbsent(target, any -> new ConcurrentHashMap<>())
                .computeIfAbsent(method, any -> LockPlan.of(target, method, lock, settings));
    }
}
