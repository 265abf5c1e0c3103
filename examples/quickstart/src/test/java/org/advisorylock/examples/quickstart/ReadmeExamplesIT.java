package org.advisorylock.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.enterprise.inject.se.SeContainer;
import jakarta.transaction.TransactionManager;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockMonitor;
import org.advisorylock.TransactionLocks;
import org.advisorylock.examples.quickstart.readme.Accounts;
import org.advisorylock.examples.quickstart.readme.Customers;
import org.advisorylock.examples.quickstart.readme.Invoices;
import org.advisorylock.examples.quickstart.readme.Jobs;
import org.advisorylock.examples.quickstart.readme.Orders;
import org.advisorylock.examples.quickstart.readme.Tariff;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Calls the examples of README.md: each takes the keys that the README says, and keeps them until the transaction ends.
 */
class ReadmeExamplesIT {
    private static SeContainer container;

    @BeforeAll
    static void start() {
        container = Platform.start();
    }

    @AfterAll
    static void stop() {
        container.close();
    }

    @BeforeEach
    void begin() throws Exception {
        container.select(TransactionManager.class).get().begin();
    }

    @AfterEach
    void rollBack() throws Exception {
        container.select(TransactionManager.class).get().rollback();
        assertThat(bean(LockMonitor.class).locks()).isEmpty();
    }

    @Test
    void aMethodTakesItsKeyAndTheTransactionKeepsIt() {
        bean(Accounts.class).withdraw(42, BigDecimal.TEN);
        held("account:42");
    }

    @Test
    void aClassAppliesToItsMethodsAndAMethodReplacesIt() {
        bean(Customers.class).rename(1, "Ada");
        bean(Customers.class).close(2);
        bean(Customers.class).merge(3, 4);
        held("customer:1", "customer:2", "customer:3", "customer:4");
    }

    @Test
    void aSharedKeyIsHeld() {
        bean(Tariff.class).bill(1);
        held("tariff");
    }

    @Test
    void anExclusiveKeyIsHeld() {
        bean(Tariff.class).publish();
        held("tariff");
    }

    @Test
    void aFreeJobRuns() {
        assertThat(bean(Jobs.class).nightlyReport()).isTrue();
        bean(Jobs.class).importFile("a.csv");
        held("nightly-report", "import:a.csv");
    }

    @Test
    void parametersBecomePartsOfTheKey() {
        Orders.Order order = new Orders.Order(42, new Orders.Customer(7));
        bean(Orders.class).ship(order.id());
        bean(Orders.class).place(order);
        bean(Orders.class).cancel(order);
        held("order:42", "customer:7");
    }

    @Test
    void aCollectionStandsForSeveralKeys() {
        bean(Orders.class).reserve(List.of(12, 11));
        held("seat:11", "seat:12");
    }

    @Test
    void aLockIsTakenInCode() {
        assertThat(bean(Invoices.class).tryToPay(5)).isTrue();
        held("invoice:5");
        assertThat(bean(Invoices.class).waiters()).isEmpty();
        assertThat(bean(Invoices.class).isInUse(5)).isTrue();
        assertThat(bean(Invoices.class).isInUse(6)).isFalse();
    }

    @Test
    void aRequestInCodeHasTheKeysOfTheTemplate() {
        bean(Invoices.class).move("Faust: I", 11, 12);
        held("seat:Faust\\: I:11", "seat:Faust\\: I:12");
    }

    @Test
    void aCallPastTheInterceptorIsDetected() {
        bean(Invoices.class).cancel(6);
        assertThatThrownBy(() -> bean(Invoices.class).cancelPastTheInterceptor(7))
                .isInstanceOf(LockGuardException.class);
    }

    @Test
    void psqlTakesTheSameLock() throws Exception {
        String sql = Readme.blocks("sql").get(0).code();
        try (Connection connection = bean(DataSource.class).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
        held("account:42");
    }

    private static void held(String... keys) {
        assertThat(keys)
                .allSatisfy(key ->
                        assertThat(bean(TransactionLocks.class).isHeld(key)).isTrue());
    }

    private static <T> T bean(Class<T> type) {
        return container.select(type).get();
    }
}
