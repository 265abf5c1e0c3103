package org.advisorylock.examples.quickstart.readme;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.math.BigDecimal;
import org.advisorylock.AdvisoryLock;

// tag::method[]
@ApplicationScoped
public class Accounts {
    @Transactional
    @AdvisoryLock("account:{from}")
    public void withdraw(long from, BigDecimal amount) {
        // read the balance, compute, write: no other call for this account is in here until the commit
    }
}
// end::method[]
