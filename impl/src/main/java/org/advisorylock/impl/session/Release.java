package org.advisorylock.impl.session;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.advisorylock.AdvisoryLockKey;

/** Lets holds go, in a thread without a transaction. */
final class Release {

    private Release() {}

    /** Those that are lost in the meantime are gone already. */
    static void of(List<KeyHold> holds) {
        Map<Carrier, List<KeyHold>> byCarrier = new LinkedHashMap<>();
        for (KeyHold hold : holds) {
            if (hold.carrier().remove(hold)) {
                byCarrier
                        .computeIfAbsent(hold.carrier(), any -> new ArrayList<>())
                        .add(hold);
            }
        }
        byCarrier.forEach(Release::of);
    }

    private static void of(Carrier carrier, List<KeyHold> holds) {
        List<AdvisoryLockKey> keys = holds.stream().map(KeyHold::key).toList();
        try {
            if (carrier.call(connection ->
                            connection.unlockEach(keys, holds.get(0).mode()))
                    .contains(false)) {
                carrier.destroy("the server says that a lock was not held which this session had taken");
            }
        } catch (SQLException | RuntimeException e) {
            // Whether it is free now nobody can tell, and a connection that may have a lock goes into no pool.
            carrier.destroy("a lock could not be released: " + e.getMessage());
        } finally {
            holds.forEach(hold -> {
                hold.release();
                carrier.leave();
            });
        }
    }
}
