package org.advisorylock.impl.plan;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockScope;
import org.advisorylock.impl.DeploymentMessage;
import org.advisorylock.impl.key.Signature;

/** Refuses methods whose work goes on after they have returned, unless their lock lasts as long as the work. */
final class AsynchronousCheck {

    private static final String WAIT_IN_CALLER =
            "return the value itself, and let the caller call the method in another thread if it must not wait";

    private AsynchronousCheck() {}

    /**
     * Checks a method at deployment.
     *
     * @param isGroup whether its lock is that of a group of databases
     * @return when its result is there, as far as its return type tells
     * @throws LockGuardException if the result comes after the lock has ended
     */
    static Arrival check(Class<?> bean, Signature signature, AdvisoryLock lock, boolean isGroup) {
        Method method = signature.method();
        if (has(bean, method, "org.eclipse.microprofile.faulttolerance.Asynchronous")) {
            throw refusal(DeploymentMessage.OTHER_THREAD.text(signature));
        }
        if (Arrival.isSuspending(method)) {
            throw refusal(DeploymentMessage.LATER_RESULT.text(signature, "the method suspends", WAIT_IN_CALLER));
        }
        Class<?> type = method.getReturnType();
        Arrival arrival = Arrival.of(type);
        if (arrival == Arrival.NOW || standsOutside(bean, method)) {
            return arrival;
        }
        String result = "its result, the " + type.getSimpleName() + ", comes later";
        if (arrival == Arrival.LATER) {
            throw refusal(DeploymentMessage.LATER_RESULT.text(signature, result, WAIT_IN_CALLER));
        }
        if (lock.scope() == LockScope.TRANSACTION && OwnTransaction.isEnterpriseBean(bean)) {
            throw refusal(DeploymentMessage.LATER_RESULT.text(
                    signature,
                    result + ", and the container of an enterprise bean ends the transaction when the method returns",
                    WAIT_IN_CALLER + ", as with jakarta.ejb.Asynchronous"));
        }
        if (lock.scope() == LockScope.SESSION && isGroup) {
            throw refusal(DeploymentMessage.LATER_RESULT.text(
                    signature, result + ", and the lock of a group of databases ends with the call", WAIT_IN_CALLER));
        }
        if ((lock.scope() == LockScope.SESSION || arrival == Arrival.UNI) && !arrival.isReplaceable(type)) {
            throw refusal(DeploymentMessage.LATER_RESULT.text(
                    signature,
                    result + ", and the caller cannot be given one of this library's in its place",
                    arrival == Arrival.STAGE ? "declare a CompletionStage" : "declare a Uni"));
        }
        return arrival;
    }

    /**
     * Whether an interceptor or a container that is outside the lock calls the method in another thread. Then the
     * result is made after the body has run.
     */
    static boolean standsOutside(Class<?> bean, Method method) {
        return has(bean, method, "jakarta.enterprise.concurrent.Asynchronous")
                || (OwnTransaction.isEnterpriseBean(bean) && has(bean, method, "jakarta.ejb.Asynchronous"));
    }

    private static boolean has(Class<?> bean, Method method, String annotation) {
        List<AnnotatedElement> places = new ArrayList<>(List.of(method));
        for (Class<?> type = bean; type != null; type = type.getSuperclass()) {
            places.add(type);
        }
        for (AnnotatedElement place : places) {
            List<Class<? extends Annotation>> types =
                    Annotations.declared(place).types();
            if (EffectiveLock.carries(types, type -> type.getName().equals(annotation))) {
                return true;
            }
        }
        return false;
    }

    private static LockGuardException refusal(String text) {
        return new LockGuardException(text, List.of(), null);
    }
}
