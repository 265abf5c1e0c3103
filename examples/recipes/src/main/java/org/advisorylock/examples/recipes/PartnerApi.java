package org.advisorylock.examples.recipes;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockScope;

/** At most ten calls in a second to a partner, from all servers together. */
@ApplicationScoped
public class PartnerApi {
    // tag::ten-per-second[]
    @AdvisoryLock(value = "partner-api", scope = LockScope.SESSION, permits = 10, holdAtLeast = 1)
    public <T> T call(Supplier<T> request) {
        return request.get();
    }
    // end::ten-per-second[]
}
