package org.advisorylock.examples.quickstart.readme;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import org.advisorylock.AdvisoryLock;

// tag::class[]
@ApplicationScoped
@Transactional
@AdvisoryLock("customer:{0}") // {0} is the first parameter, whatever its name is
public class Customers {
    public void rename(long customer, String name) {}

    public void close(long id) {}

    @AdvisoryLock({"customer:{from}", "customer:{into}"}) // two keys, in place of the class's one
    public void merge(long from, long into) {}
}
// end::class[]
