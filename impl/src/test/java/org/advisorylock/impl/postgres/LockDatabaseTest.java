package org.advisorylock.impl.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** DataSources of one name are one database with one proof. Also: the meaning of the answers of a database. */
class LockDatabaseTest {

    private final PGSimpleDataSource dataSource = new PGSimpleDataSource();
    private final LockDatabase database = new LockDatabase("orders", dataSource);

    @Test
    void isTheSameByAnotherObjectOfItsName() {
        LockDatabase anew = database.by(new PGSimpleDataSource());
        assertThat(anew).isEqualTo(database).hasSameHashCodeAs(database).isNotSameAs(database);
        assertThat(anew.isLookedUpAnew(database)).isTrue();
        assertThat(anew.otherPermits()).isSameAs(database.otherPermits());
    }

    @Test
    void isItselfByItsOwnDataSource() {
        assertThat(database.by(dataSource)).isSameAs(database);
        assertThat(database.isLookedUpAnew(database)).isFalse();
    }

    @Test
    void isAnotherOneThanASecondOfTheSameText() {
        assertThat(new LockDatabase("orders", dataSource)).isNotEqualTo(database);
        assertThat(database).hasToString("DataSource 'orders'");
    }

    @Test
    void isUnprovedAndWithoutIdentityAtFirst() {
        assertThat(database.isUnproved()).isTrue();
        assertThat(database.isUnprovedForSessions()).isTrue();
        assertThat(database.identity()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"read committed, true", "read uncommitted, true", "repeatable read, false", "serializable, false"})
    void hasAFreshSnapshotForEachStatementBelowRepeatableRead(String isolation, boolean fresh) {
        assertThat(Snapshot.isFresh(isolation)).isEqualTo(fresh);
    }

    @ParameterizedTest
    @ValueSource(strings = {"42P05", "26000"})
    void sharesABackendIfAStatementWasPreparedElsewhere(String state) throws SQLException {
        assertThat(SessionProof.preparedElsewhere(new SQLException("prepared statement\ndetails", state)))
                .contains(state, "prepared statement")
                .doesNotContain("details");
    }

    @ParameterizedTest
    @ValueSource(strings = {"57P01", "08006", "40P01"})
    void tellsNothingOfItsSessionsByAnotherError(String state) {
        SQLException error = new SQLException("other", state);
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> SessionProof.preparedElsewhere(error))
                .isSameAs(error);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "url, host, orders, true",
                "other, host, orders, false",
                "url, other, orders, false",
                "url, host, stock, false",
                "null, host, orders, false"
            })
    void isAtAnAddressOnlyByUrlAndHostAndName(String url, String host, String name, boolean same) {
        assertThat(new Address("url", "host", "orders").is(url, host, name)).isEqualTo(same);
    }

    @Test
    void hidesTheUrlOfItsAddress() {
        assertThat(new Address("jdbc:postgresql://host/orders?password=secret", "host:5432", "orders"))
                .hasToString("'orders' at host:5432");
    }
}
