package org.advisorylock.impl.cdi;

import jakarta.interceptor.InvocationContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.BaseStream;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.impl.key.KeyTemplate;
import org.jspecify.annotations.Nullable;

/** Makes the keys of one call from its arguments. */
final class CallKeys implements Consumer<String> {

    private final KeyHash hash;
    private List<AdvisoryLockKey> keys = List.of();

    private CallKeys(KeyHash hash) {
        this.hash = hash;
    }

    static List<AdvisoryLockKey> of(KeyTemplate[] templates, KeyHash hash, InvocationContext call) {
        @Nullable Object[] parameters = call.getParameters();
        // Payara gives null for a timer method without a parameter.
        @Nullable Object[] arguments = parameters == null ? new Object[0] : parameters;
        boolean streams = hasStream(arguments);
        if (streams) {
            arguments = arguments.clone();
        }
        CallKeys made = new CallKeys(hash);
        for (KeyTemplate template : templates) {
            template.texts(arguments, made);
        }
        if (streams) {
            // They were read for their keys, and replaced.
            call.setParameters(arguments);
        }
        return made.keys;
    }

    /** Whether no code of the application was run to make them. */
    static boolean areMadeOfArgumentsOnly(KeyTemplate[] templates, InvocationContext call) {
        @Nullable Object[] parameters = call.getParameters();
        @Nullable Object[] arguments = parameters == null ? new Object[0] : parameters;
        return Arrays.stream(templates).allMatch(template -> template.readsArgumentsOnly(arguments));
    }

    private static boolean hasStream(@Nullable Object[] arguments) {
        for (Object argument : arguments) {
            if (argument instanceof BaseStream) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void accept(String text) {
        AdvisoryLockKey key = AdvisoryLockKey.of(text, hash);
        if (keys.isEmpty()) {
            keys = List.of(key);
            return;
        }
        if (keys.size() == 1) {
            keys = new ArrayList<>(keys);
        }
        keys.add(key);
    }
}
