package org.advisorylock.tck.platform;

import jakarta.ejb.ApplicationException;

/** An unchecked exception of an application, after which the transaction commits. */
@ApplicationException
public class Accepted extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With a text. */
    public Accepted(String message) {
        super(message);
    }
}
