package org.advisorylock.spi;

import org.advisorylock.LockKeyException;

/**
 * One place of a template, for messages.
 *
 * @param subject the method or the call that has the template
 * @param path the text between the braces
 * @param template the whole template
 */
public record Place(String subject, String path, String template) {

    /**
     * The error of a value that is null.
     *
     * @return an exception to throw
     */
    public LockKeyException isNull() {
        return error("ADVLOCK-0205", "is null; without a value there is no key; check the argument before the call");
    }

    /**
     * The error of an empty text or container.
     *
     * @return an exception to throw
     */
    public LockKeyException isEmpty() {
        return error("ADVLOCK-0206", "is empty; without a value there is no key; check the argument before the call");
    }

    /**
     * The error of a value that is not allowed.
     *
     * @param type its type
     * @param whyNot why it is not allowed, and what to give instead
     * @return an exception to throw
     */
    public LockKeyException isRefused(Class<?> type, String whyNot) {
        return error("ADVLOCK-0208", "is of " + Printable.of(type.getTypeName()) + ", which " + whyNot);
    }

    /**
     * The error of a value that threw while it was read.
     *
     * @param cause what it threw
     * @return an exception to throw
     */
    public LockKeyException isUnreadable(Throwable cause) {
        // Not toString: the message of an application's exception may be anything. It is there as the cause.
        return new LockKeyException(
                "ADVLOCK-0211: " + this + " could not be read: "
                        + cause.getClass().getName() + "; see the cause",
                cause);
    }

    private LockKeyException error(String id, String what) {
        return new LockKeyException(id + ": " + this + " " + what);
    }

    @Override
    public String toString() {
        return Printable.of(subject, 300) + ": the place '{" + Printable.of(path) + "}' of template '"
                + Printable.of(template) + "'";
    }
}
