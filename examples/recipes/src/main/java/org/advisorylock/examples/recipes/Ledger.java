package org.advisorylock.examples.recipes;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockScope;

/** Work in REPEATABLE READ under a lock. The lock comes before the transaction, and so before its snapshot. */
@ApplicationScoped
public class Ledger {
    @Inject
    Sql sql;

    // tag::repeatable-read[]
    @Transactional
    @AdvisoryLock(value = "account:{account}", scope = LockScope.SESSION)
    public void post(long account, long amount) {
        sql.update("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"); // unless it is the DataSource's
        long entries = number("SELECT count(*) FROM entry WHERE account = ?", account);
        long balance = number("SELECT coalesce(sum(amount), 0)::bigint FROM entry WHERE account = ?", account);
        sql.update("INSERT INTO entry VALUES (?, ?, ?, ?)", account, entries + 1, amount, balance + amount);
    }
    // end::repeatable-read[]

    private long number(String query, long account) {
        return sql.number(query, account).orElseThrow();
    }
}
