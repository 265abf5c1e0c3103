package org.advisorylock.tck.platform;

import jakarta.ejb.ApplicationException;

/** An unchecked exception of an application, after which the transaction rolls back. */
@ApplicationException(rollback = true)
public class ApplicationRefusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With a text. */
    public ApplicationRefusal(String message) {
        super(message);
    }
}
