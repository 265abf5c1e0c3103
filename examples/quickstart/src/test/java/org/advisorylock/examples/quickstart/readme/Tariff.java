package org.advisorylock.examples.quickstart.readme;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockMode;

@ApplicationScoped
@Transactional
public class Tariff {
    // tag::shared[]
    @AdvisoryLock(value = "tariff", mode = LockMode.SHARED) // any number of these at once
    public void bill(long customer) {}

    @AdvisoryLock("tariff") // alone
    public void publish() {}
    // end::shared[]
}
