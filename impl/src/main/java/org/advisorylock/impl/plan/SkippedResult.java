package org.advisorylock.impl.plan;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockGuardException;
import org.advisorylock.OnTimeout;
import org.advisorylock.impl.DeploymentMessage;
import org.advisorylock.impl.key.Signature;
import org.jspecify.annotations.Nullable;

/** The result for the caller of a skipped method. */
final class SkippedResult {

    private SkippedResult() {}

    /** The result, if nobody can take it for an answer. */
    static @Nullable Object result(Signature signature, AdvisoryLock lock) {
        Class<?> type = signature.method().getReturnType();
        if (lock.onTimeout() == OnTimeout.SKIP) {
            requirePossible(signature, lock, type);
        }
        if (type == Optional.class) {
            return Optional.empty();
        }
        if (type == OptionalInt.class) {
            return OptionalInt.empty();
        }
        if (type == OptionalLong.class) {
            return OptionalLong.empty();
        }
        if (type == OptionalDouble.class) {
            return OptionalDouble.empty();
        }
        return type == boolean.class ? false : null;
    }

    private static void requirePossible(Signature signature, AdvisoryLock lock, Class<?> type) {
        String why = "";
        if (lock.accessTimeout() == AdvisoryLock.UNLIMITED) {
            why = "because accessTimeout = UNLIMITED never ends; give it a limit";
        } else if (Arrival.of(type) != Arrival.NOW) {
            why = "because a caller that waits for the " + type.getSimpleName()
                    + " would get null; return void or an Optional";
        } else if (type.isPrimitive() && type != boolean.class && type != void.class) {
            why = "because the " + type.getName()
                    + " 0 of a skipped call would look like an answer; return void, boolean, an Optional or an object";
        }
        if (!why.isEmpty()) {
            throw new LockGuardException(DeploymentMessage.SKIP_IMPOSSIBLE.text(signature, why), List.of(), null);
        }
    }
}
