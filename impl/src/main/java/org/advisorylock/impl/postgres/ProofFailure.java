package org.advisorylock.impl.postgres;

import java.util.function.Function;
import org.advisorylock.AdvisoryLockException;
import org.jspecify.annotations.Nullable;

/** The reason why a DataSource does not guard. Each caller gets it as an error of its own request. */
final class ProofFailure extends Exception {

    private static final long serialVersionUID = 1;

    private final transient Function<Claim, AdvisoryLockException> maker;

    ProofFailure(@Nullable Throwable cause, Function<Claim, AdvisoryLockException> maker) {
        super(null, cause, false, false);
        this.maker = maker;
    }

    AdvisoryLockException toException(Claim request) {
        return maker.apply(request);
    }
}
