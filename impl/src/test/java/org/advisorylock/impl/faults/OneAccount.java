package org.advisorylock.impl.faults;

import java.sql.SQLException;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Makes account 1 before each test, with nothing on it, and drops it afterwards. */
final class OneAccount implements BeforeEachCallback, AfterEachCallback {

    @Override
    public void beforeEach(ExtensionContext context) throws SQLException {
        PlainSql.createAccounts(1);
    }

    @Override
    public void afterEach(ExtensionContext context) throws SQLException {
        PlainSql.dropAccounts();
    }
}
