package org.advisorylock.tck.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import org.advisorylock.AdvisoryLock;

/** A CDI bean whose keys are counted. */
@ApplicationScoped
public class CountedBean {
    /** Locked. */
    @Transactional
    @AdvisoryLock(keyResolver = CountingResolver.class)
    public int run(CountingResolver resolver) {
        return resolver.count();
    }
}
