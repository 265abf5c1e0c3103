package org.advisorylock.impl.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.interceptor.InvocationContext;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockHandle;
import org.junit.jupiter.api.Test;

/** What the outer interceptor leaves, the inner one of the same call finds, and takes once. */
class CallStateTest {

    @SuppressWarnings("NullAway")
    private final CallState state = new CallState(null, true);

    private static InvocationContext call() {
        Map<String, Object> data = new HashMap<>();
        return proxy(InvocationContext.class, data);
    }

    private static <T> T proxy(Class<T> type, Object answer) {
        return type.cast(Proxy.newProxyInstance(
                CallStateTest.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> answer));
    }

    @Test
    void isFoundInItsCallAndInNoOther() {
        InvocationContext call = call();
        assertThat(CallState.find(call)).isNull();
        state.leaveIn(call);
        assertThat(CallState.find(call)).isSameAs(state);
        assertThat(CallState.find(call())).isNull();
        assertThat(state.begins()).isTrue();
    }

    @Test
    void isThatOfTheInnermostOuterInterceptor() {
        InvocationContext call = call();
        state.leaveIn(call);
        @SuppressWarnings("NullAway")
        CallState again = new CallState(null, false);
        again.leaveIn(call);
        assertThat(CallState.find(call)).isSameAs(again);
    }

    @Test
    void givesTheLockAroundTheTransactionOnce() {
        LockHandle handle = proxy(LockHandle.class, true);
        assertThat(state.takeSession() == null).isTrue();
        state.passSession(handle);
        assertThat(state.takeSession() == handle).isTrue();
        assertThat(state.takeSession() == null).isTrue();
    }

    @Test
    void forgetsARefusalBeforeAnotherTry() {
        LockGuardException refusal = new LockGuardException("no", List.of(), null);
        state.refuse(refusal);
        assertThat(state.refusal()).isSameAs(refusal);
        state.refuse(null);
        assertThat(state.refusal()).isNull();
    }
}
