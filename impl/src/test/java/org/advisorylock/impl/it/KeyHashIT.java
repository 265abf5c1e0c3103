package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.testbed.TestDatabase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The SQL twins that the javadoc of KeyHash gives. */
class KeyHashIT {

    @ParameterizedTest
    @ValueSource(strings = {"payment:order-123", "a", " ", "Grüße, 世界 🌍", "á", "á", "x\\:y:z", "'; DROP TABLE t; --"})
    void equalsWhatPostgresComputes(String text) throws Exception {
        try (Connection connection = TestDatabase.get().connect();
                PreparedStatement statement =
                        connection.prepareStatement("SELECT ('x' || substr(md5(t), 1, 16))::bit(64)::bigint,"
                                + " ('x' || substr(encode(sha256(convert_to(t, 'UTF8')), 'hex'), 1, 16))::bit(64)::bigint"
                                + " FROM (SELECT ?::text AS t) AS texts")) {
            statement.setString(1, text);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                assertThat(AdvisoryLockKey.of(text, KeyHash.MD5).number()).isEqualTo(rows.getLong(1));
                assertThat(AdvisoryLockKey.of(text, KeyHash.SHA_256).number()).isEqualTo(rows.getLong(2));
            }
        }
    }
}
