package org.advisorylock.impl.postgres;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection leads, as the driver knows it.
 *
 * @param url the URL that the driver was given; it may name several hosts, and a socket factory can turn one host into
 *     several
 * @param host the host that the connection has reached
 */
record Address(@Nullable String url, @Nullable Object host, @Nullable Object database) {

    boolean is(@Nullable String otherUrl, @Nullable Object otherHost, @Nullable Object otherDatabase) {
        return Objects.equals(url, otherUrl)
                && Objects.equals(host, otherHost)
                && Objects.equals(database, otherDatabase);
    }

    /** The URL is left out, because it may have a password. */
    @Override
    public String toString() {
        return "'" + database + "' at " + host;
    }
}
