package org.advisorylock.impl.plan;

import jakarta.interceptor.InvocationContext;
import java.util.Arrays;
import java.util.List;
import java.util.stream.BaseStream;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.impl.key.KeyTemplate;
import org.advisorylock.spi.KeyCollector;
import org.jspecify.annotations.Nullable;

/** Makes the keys of one call from its arguments. */
final class CallKeys {

    private CallKeys() {}

    static List<AdvisoryLockKey> make(KeyTemplate[] templates, KeyHash hash, int most, InvocationContext call) {
        @Nullable Object[] parameters = call.getParameters();
        // Payara gives null for a timer method without parameters.
        @Nullable Object[] arguments = parameters == null ? new Object[0] : parameters;
        boolean streams = hasStream(arguments);
        if (streams) {
            arguments = arguments.clone();
        }
        KeyCollector keys = new KeyCollector(hash, most);
        for (KeyTemplate template : templates) {
            template.addTo(keys, arguments, most);
        }
        if (streams) {
            // The streams were read for their keys, and have been replaced.
            call.setParameters(arguments);
        }
        return keys.keys();
    }

    /** Whether the library made the keys without running code of the application. */
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
}
