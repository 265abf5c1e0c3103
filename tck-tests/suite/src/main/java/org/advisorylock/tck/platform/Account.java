package org.advisorylock.tck.platform;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A row of {@code tck_account}. */
@Entity
@Table(name = "tck_account")
public class Account {

    @Id
    private int id;

    private int balance;

    /** For the persistence provider. */
    protected Account() {}

    /** One with nothing on it. */
    public Account(int id) {
        this.id = id;
    }

    /** Its number. */
    public int getId() {
        return id;
    }

    /** What is on it. */
    public int getBalance() {
        return balance;
    }

    /** Puts something on it. */
    public void add(int amount) {
        balance += amount;
    }
}
