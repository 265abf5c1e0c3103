package org.advisorylock.impl.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.junit.jupiter.api.Test;

class KnownKeysTest {

    private static final AdvisoryLockKey KEY = AdvisoryLockKey.of("account:42", KeyHash.MD5);
    private static final AdvisoryLockKey NUMBER = AdvisoryLockKey.of(KEY.number());

    private final KnownKeys known = new KnownKeys();

    private boolean isNamed() {
        return known.named(NUMBER).text().equals(KEY.text());
    }

    @Test
    void areNamedUntilTheLastTransactionHasEnded() {
        assertThat(isNamed()).isFalse();
        for (int i = 0; i < 3; i++) {
            known.remember(KEY);
        }
        known.forget(NUMBER);
        assertThat(isNamed()).isTrue();
        known.forget(NUMBER);
        assertThat(isNamed()).isTrue();
        known.forget(NUMBER);
        assertThat(isNamed()).isFalse();
        known.remember(KEY);
        assertThat(isNamed()).isTrue();
        known.forget(NUMBER);
        assertThat(isNamed()).isFalse();
    }
}
