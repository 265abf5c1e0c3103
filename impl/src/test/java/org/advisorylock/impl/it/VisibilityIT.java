package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.TransactionLocks;
import org.advisorylock.testbed.NoLockLeft;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Weld calls no interceptor for a method that is not public while another method of the same bean runs, not even through the bean's
 * proxy. That is why ADVLOCK-0503 warns; when this test fails, Weld has mended it, and the warning can go.
 */
@ExtendWith(NoLockLeft.class)
class VisibilityIT {

    @ApplicationScoped
    @Transactional
    public static class Calling {
        @Inject
        Calling itself;

        @Inject
        TransactionLocks locks;

        public String callAll() {
            return itself.open() + itself.guarded() + itself.local();
        }

        @AdvisoryLock("public")
        public String open() {
            return locks.isHeld("public") + " ";
        }

        @AdvisoryLock("protected")
        protected String guarded() {
            return locks.isHeld("protected") + " ";
        }

        @AdvisoryLock("package")
        String local() {
            return locks.isHeld("package") + " ";
        }
    }

    @Test
    void onlyPublicMethodsAreInterceptedInsideTheirOwnBean() throws Exception {
        try (Application application = Application.of(Calling.class)) {
            Calling calling = application.get(Calling.class);
            assertThat(calling.callAll()).isEqualTo("true false false ");
            assertThat(calling.open() + calling.guarded() + calling.local()).isEqualTo("true true true ");
        }
    }
}
