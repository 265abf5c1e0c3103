package org.advisorylock.impl.postgres;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.advisorylock.LockInfo;

/** Times and holders as messages show them. */
public final class Wording {

    private Wording() {}

    /** {@code 250 ms}, {@code 2 s}, {@code 2.5 s}. */
    public static String describe(Duration time) {
        long millis = time.toMillis();
        return millis < 1000
                ? millis + " ms"
                : BigDecimal.valueOf(millis, 3).stripTrailingZeros().toPlainString() + " s";
    }

    /** {@code held by backend 4711 (app 'billing', since 12 s)}. */
    public static String describe(List<LockInfo> holders) {
        return describe(holders, Instant.now());
    }

    /** The same at another time. */
    static String describe(List<LockInfo> holders, Instant now) {
        return holders.isEmpty()
                ? "nobody held it any more when that was read"
                : holders.stream()
                        .limit(5)
                        .map(holder -> describe(holder, now))
                        .collect(Collectors.joining(", ", "held by ", ""));
    }

    private static String describe(LockInfo holder, Instant now) {
        if (holder.preparedTransaction() != null) {
            return "prepared transaction '" + holder.preparedTransaction() + "' until it is resolved";
        }
        Instant since = holder.transactionSince();
        return "backend " + holder.pid() + " (app '" + holder.applicationName() + "'"
                + (since == null ? "" : ", in its transaction since " + describe(Duration.between(since, now)))
                + ")";
    }
}
