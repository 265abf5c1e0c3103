package org.advisorylock.tck.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.advisorylock.LockMode;
import org.advisorylock.tck.Assertion;
import org.advisorylock.tck.BackgroundCall;
import org.advisorylock.tck.ContractTest;
import org.advisorylock.tck.Deployments;
import org.advisorylock.tck.LockRow;
import org.advisorylock.tck.Locking;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** An entity manager in the same transaction. */
@Locking
class PersistenceTest extends ContractTest {

    private static final int THREADS = 4;
    private static final int PAYMENTS = 20;

    @Inject
    EntityBank bank;

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(PersistenceTest.class)
                .addClasses(EntityBank.class, Account.class)
                .addAsResource(
                        new StringAsset(
                                """
                                <persistence xmlns="https://jakarta.ee/xml/ns/persistence" version="3.0">
                                  <persistence-unit name="tck">
                                    <jta-data-source>%s</jta-data-source>
                                    <shared-cache-mode>NONE</shared-cache-mode>
                                  </persistence-unit>
                                </persistence>
                                """
                                        .formatted(ServerDataSources.DEFAULT)),
                        "META-INF/persistence.xml");
    }

    @Override
    protected void prepare() {
        database.executeOutside("DROP TABLE IF EXISTS tck_account");
        database.executeOutside("CREATE TABLE tck_account (id integer PRIMARY KEY, balance integer NOT NULL)");
    }

    @Override
    protected void cleanUp() {
        database.executeOutside("DROP TABLE tck_account");
    }

    private String rows() {
        return database.queryOutside("SELECT count(*) FROM tck_account");
    }

    private void assertHeldByTheEntityManager(int id) {
        assertThat(database.locks())
                .containsExactly(new LockRow(key("account:" + id), LockMode.EXCLUSIVE, true, bank.backend()));
    }

    @Test
    @Assertion("JPA-01")
    void theEntityManagerAndTheLockShareASession() throws Exception {
        bank.locked(1, () -> assertHeldByTheEntityManager(1));
        bank.open(2, () -> assertHeldByTheEntityManager(2));
        bank.openLate(bank, 3, () -> assertHeldByTheEntityManager(3));
        assertThat(database.locks()).isEmpty();
        assertThat(rows()).isEqualTo("2");
    }

    @Test
    @Assertion("JPA-01")
    void theyEndTogetherInARollback() {
        assertThatIllegalStateException()
                .isThrownBy(() -> bank.open(4, () -> {
                    assertHeldByTheEntityManager(4);
                    throw new IllegalStateException("rolled back");
                }));
        assertThat(database.locks()).isEmpty();
        assertThat(rows()).isEqualTo("0");
    }

    @Test
    @Assertion("JPA-02")
    void noUpdateOfEntitiesIsLost() throws Exception {
        bank.open(5, () -> assertHeldByTheEntityManager(5));
        List<BackgroundCall<Boolean>> calls = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            calls.add(start(() -> {
                for (int payment = 0; payment < PAYMENTS; payment++) {
                    bank.pay(5, 1);
                }
            }));
        }
        calls.forEach(BackgroundCall::get);
        assertThat(database.queryOutside("SELECT balance FROM tck_account WHERE id = 5"))
                .isEqualTo(String.valueOf(THREADS * PAYMENTS));
    }
}
