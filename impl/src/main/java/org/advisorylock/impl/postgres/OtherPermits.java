package org.advisorylock.impl.postgres;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockInfo;
import org.advisorylock.impl.LogMessage;

/**
 * Finds out that somebody uses a key with more permits than this JVM: slots are held that only a greater number has.
 * The JVM with the smaller number warns, because the other one sees nothing unusual. Safe for use by several threads.
 */
public final class OtherPermits {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    /** How many keys it remembers. */
    private static final int MOST_KEYS = 1000;

    private static final Duration PAUSE = Duration.ofMinutes(10);

    private final Map<AdvisoryLockKey, Long> looked = new LatestKeys();
    private final Map<AdvisoryLockKey, Long> told = new LatestKeys();

    private final LongSupplier nanoClock;

    OtherPermits(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    private static final class LatestKeys extends LinkedHashMap<AdvisoryLockKey, Long> {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<AdvisoryLockKey, Long> eldest) {
            return size() > MOST_KEYS;
        }
    }

    /** Whether nobody has looked for this time. If so, it counts as looked at now. */
    public boolean isDue(Claim request, Duration interval) {
        AdvisoryLockKey key = request.keys().get(0);
        long now = nanoClock.getAsLong();
        synchronized (looked) {
            Long last = looked.get(key);
            boolean isDue = last == null || now - last >= interval.toNanos();
            if (isDue) {
                looked.put(key, now);
            }
            return isDue;
        }
    }

    /**
     * Warns if one of these holders has a slot that the request does not know, unless it has warned recently.
     *
     * @return the other holders
     */
    public List<LockInfo> warnOf(Claim request, List<LockInfo> holders) {
        Map<Boolean, List<LockInfo>> byKnown = holders.stream()
                .collect(Collectors.partitioningBy(holder -> request.slots().contains(holder.key())));
        List<LockInfo> unknown = byKnown.getOrDefault(false, List.of());
        if (!unknown.isEmpty() && isNewWarning(request)) {
            AdvisoryLockKey slot = unknown.get(0).key();
            LOGGER.log(
                    Level.WARNING,
                    LogMessage.OTHER_PERMITS_SEEN.text(
                            request.toStringWithoutTexts(), slot, Wording.describe(unknown.subList(0, 1))));
        }
        return byKnown.getOrDefault(true, List.of());
    }

    /** Whether this is the first warning for a while. */
    private boolean isNewWarning(Claim request) {
        long now = nanoClock.getAsLong();
        synchronized (told) {
            Long last = told.get(request.keys().get(0));
            boolean first = last == null || now - last > PAUSE.toNanos();
            if (first) {
                told.put(request.keys().get(0), now);
            }
            return first;
        }
    }
}
