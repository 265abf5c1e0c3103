package org.advisorylock.impl.plan;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockMode;
import org.advisorylock.LockScope;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.DeploymentMessage;
import org.advisorylock.impl.key.Signature;
import org.advisorylock.impl.postgres.Claim;

/** Reads the numbers of an annotation, and refuses impossible ones. */
final class AnnotationRules {

    private AnnotationRules() {}

    static int permits(Signature signature, AdvisoryLock lock) {
        int permits = lock.permits();
        String why = "";
        if (permits < 1 || permits > Claim.MOST_PERMITS) {
            why = "because it is out of range; allowed are 1 to " + Claim.MOST_PERMITS;
        } else if (permits > 1 && lock.mode() == LockMode.SHARED) {
            why = "because shared holders are not counted; leave the mode out";
        } else if (permits > 1 && lock.value().length > 1) {
            why = "because only one key can have permits, and there are " + lock.value().length
                    + " templates; keep one";
        }
        if (!why.isEmpty()) {
            throw refusal(DeploymentMessage.PERMITS_IMPOSSIBLE.text(signature, permits, why));
        }
        return permits;
    }

    /** Refuses what is impossible for a group of databases. */
    static void requirePossibleInGroup(Signature signature, AdvisoryLock lock) {
        if (lock.scope() != LockScope.SESSION) {
            throw refusal(CallMessage.GROUP_IN_TRANSACTION.text(signature, lock.dataSource()));
        }
        if (lock.permits() > 1) {
            throw refusal(
                    DeploymentMessage.PERMITS_IMPOSSIBLE.text(
                            signature,
                            lock.permits(),
                            "as '" + lock.dataSource()
                                    + "' is a group of databases, whose majorities could give more than there are; name one database"));
        }
    }

    static Duration holdAtLeast(Signature signature, AdvisoryLock lock) {
        long least = lock.holdAtLeast();
        if (least < 0) {
            throw refusal(DeploymentMessage.HOLD_AT_LEAST_IMPOSSIBLE.text(signature, least, "because it is negative"));
        }
        if (least > 0 && lock.scope() != LockScope.SESSION) {
            throw refusal(DeploymentMessage.HOLD_AT_LEAST_IMPOSSIBLE.text(
                    signature,
                    least,
                    "because a lock of scope TRANSACTION ends with the transaction; add scope = LockScope.SESSION"));
        }
        return Duration.of(least, lock.holdAtLeastUnit().toChronoUnit());
    }

    static long waitMillis(Signature signature, AdvisoryLock lock) {
        long timeout = lock.accessTimeout();
        if (timeout == AdvisoryLock.UNLIMITED || timeout == AdvisoryLock.IMMEDIATE) {
            return timeout;
        }
        if (timeout < 0) {
            throw refusal(DeploymentMessage.BAD_TIMEOUT.text(
                    signature,
                    timeout,
                    lock.unit(),
                    "negative; allowed are IMMEDIATE (0), UNLIMITED (-1) and positive numbers"));
        }
        try {
            return Claim.millis(Duration.of(timeout, lock.unit().toChronoUnit()));
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException tooLong) {
            throw refusal(DeploymentMessage.BAD_TIMEOUT.text(
                    signature,
                    timeout,
                    lock.unit(),
                    "longer than the " + Claim.LONGEST_WAIT_MILLIS
                            + " ms that PostgreSQL's lock_timeout counts; use UNLIMITED"));
        }
    }

    private static LockGuardException refusal(String text) {
        return new LockGuardException(text, List.of(), null);
    }
}
