package org.advisorylock.impl.faults;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A row of {@code faults_account}. */
@Entity
@Table(name = "faults_account")
public class AccountEntity {

    @Id
    private int id;

    private long balance;

    /** Withdraws an amount, and returns the new balance. */
    long withdraw(long amount) {
        balance -= amount;
        return balance;
    }
}
