package org.advisorylock.impl.key;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.spi.KeyCollector;
import org.jspecify.annotations.Nullable;

/** Templates of methods that take anything. */
final class Templates {

    static final int MOST = 100;

    private Templates() {}

    /** A bean as others write it. */
    record TemplateOrder(Object id, Optional<Object> customer, Map<String, Object> tags) {}

    @SuppressWarnings("unused")
    static class Service {
        void three(Object a, Object b, Object c) {}

        void ship(TemplateOrder order) {}
    }

    private static final Signature THREE = signature("three");
    private static final Signature SHIP = signature("ship");

    private static Signature signature(String name) {
        Method method = Arrays.stream(Service.class.getDeclaredMethods())
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElseThrow();
        return new Signature(Service.class, method);
    }

    static List<AdvisoryLockKey> keys(String template, @Nullable Object... arguments) {
        return keys(THREE, template, arguments);
    }

    static List<AdvisoryLockKey> keysOfOrder(String template, TemplateOrder order) {
        return keys(SHIP, template, order);
    }

    private static List<AdvisoryLockKey> keys(Signature signature, String template, @Nullable Object... arguments) {
        KeyCollector keys = new KeyCollector(KeyHash.MD5, MOST);
        KeyTemplate.parse(signature, template, KeyHash.MD5).addTo(keys, arguments, MOST);
        return keys.keys();
    }
}
