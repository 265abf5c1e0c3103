package org.advisorylock;

import jakarta.ejb.ApplicationException;
import java.util.Collection;
import java.util.List;
import org.advisorylock.spi.Printable;
import org.jspecify.annotations.Nullable;

/**
 * A lock could not be taken, or could not guard. Every message begins with an id, {@code ADVLOCK-nnnn}, which
 * {@code docs/errors.md} explains.
 *
 * <p>It is unchecked, because a checked exception that leaves a transactional method lets the transaction commit. It is
 * an application exception of Jakarta Enterprise Beans with rollback. So the caller of an enterprise bean gets it as it
 * is, not inside an {@code EJBException}, and the transaction still rolls back.
 */
@ApplicationException(rollback = true)
public class AdvisoryLockException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** The keys that the call asked for. */
    private final AdvisoryLockKey[] keys;

    /**
     * Makes an exception.
     *
     * @param message id, what happened, numbers, what to do; control characters are escaped, and a text of more than
     *     2,000 characters is cut
     * @param keys the keys that the call asked for, empty if they are not known
     * @param cause the cause, or null
     */
    public AdvisoryLockException(String message, Collection<AdvisoryLockKey> keys, @Nullable Throwable cause) {
        super(Printable.message(message), cause);
        this.keys = keys.toArray(new AdvisoryLockKey[0]);
    }

    /**
     * The keys that the call asked for, ascending.
     *
     * @return the keys, empty if they are not known
     */
    public List<AdvisoryLockKey> keys() {
        return List.of(keys);
    }
}
