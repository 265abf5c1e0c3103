package org.advisorylock.impl.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.testbed.JtaStack.Enlistment;
import org.advisorylock.testbed.NoLockLeft;
import org.advisorylock.testbed.Rival;
import org.advisorylock.testbed.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * With {@code defaultRowFetchSize} the driver fetches rows later. They are gone after the next statement of the same
 * message.
 */
@ExtendWith({NoLockLeft.class, Heartbeat.class})
@Timeout(120)
class AnyFetchSizeWillDoIT {

    @Test
    void toReadWhoHoldsSeveralBusyKeys() throws Exception {
        String url = TestDatabase.get().jdbcUrl();
        String fetching = url + (url.contains("?") ? "&" : "?") + "defaultRowFetchSize=1";
        try (BankApplication application = BankApplication.on(jta -> jta.pool(Enlistment.LOCAL, fetching, 5));
                Rival one = Rival.holding(PlainSql.key("one"));
                Rival two = Rival.holding(PlainSql.key("two"))) {
            assertThat(one.pid()).isNotEqualTo(two.pid());
            assertThat(application.<Long>inTransaction(() -> {
                        LockTimeoutException refusal = catchThrowableOfType(
                                LockTimeoutException.class,
                                () -> application.bank().allBriefly(List.of("one", "two"), () -> 1));
                        assertThat(refusal.holders()).hasSize(2);
                        return application.bank().number("SELECT 7");
                    }))
                    .as("from a transaction that goes on")
                    .isEqualTo(7);
        }
    }
}
