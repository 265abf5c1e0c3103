package org.advisorylock.tck.platform;

import jakarta.ejb.Stateless;
import org.advisorylock.AdvisoryLock;

/** An enterprise bean whose keys are counted. */
@Stateless
public class CountedTeller {
    /** Locked. */
    @AdvisoryLock(keyResolver = CountingResolver.class)
    public int run(CountingResolver resolver) {
        return resolver.count();
    }
}
