package org.advisorylock.impl.postgres;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection leads, as the driver knows it.
 *
 * @param url as it was asked for, which may name several hosts, or a socket factory that makes one host many
 * @param host the one that it has reached
 */
record Address(@Nullable String url, @Nullable Object host, @Nullable Object database) {

    boolean is(@Nullable String otherUrl, @Nullable Object otherHost, @Nullable Object otherDatabase) {
        return Objects.equals(url, otherUrl)
                && Objects.equals(host, otherHost)
                && Objects.equals(database, otherDatabase);
    }

    /** Without the URL, in which there may be a password. */
    @Override
    public String toString() {
        return "'" + database + "' at " + host;
    }
}
