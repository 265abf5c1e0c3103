package org.advisorylock.impl.transaction;

import java.util.function.Supplier;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockTimeoutException;

/** What became of a request whose transaction can go on. Whatever ends the transaction is thrown instead. */
sealed interface Outcome {

    /** The error of a request that was not granted. */
    AdvisoryLockException toException();

    /** The keys are held until the transaction ends. */
    enum Granted implements Outcome {
        GRANTED;

        @Override
        public AdvisoryLockException toException() {
            throw new IllegalStateException("granted");
        }
    }

    /**
     * Others held the keys for as long as the request could wait.
     *
     * @param reason makes the error, for callers that want one
     */
    record NotInTime(Supplier<LockTimeoutException> reason) implements Outcome {
        @Override
        public LockTimeoutException toException() {
            return reason.get();
        }
    }

    /**
     * The request can no longer wait, however much time is left.
     *
     * @param reason makes the error
     */
    record Refused(Supplier<AdvisoryLockException> reason) implements Outcome {
        @Override
        public AdvisoryLockException toException() {
            return reason.get();
        }
    }
}
