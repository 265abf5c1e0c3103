package org.advisorylock.tck.quarkus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * The library tells GraalVM what it calls by reflection. GraalVM leaves out a name that it does not find, and says
 * nothing.
 */
class NativeMetadataIT {

    private static final String FILE = "/META-INF/native-image/org.advisorylock/advisory-lock/reflect-config.json";

    @Test
    void namesOnlyWhatIsThere() throws Exception {
        List<String> members = new ArrayList<>();
        for (JsonNode entry : entries()) {
            Class.forName(
                    entry.at("/condition/typeReachable").asText(), false, NativeMetadataIT.class.getClassLoader());
            Class<?> type = Class.forName(entry.get("name").asText());
            for (JsonNode method : entry.path("methods")) {
                assertThat(method.get("parameterTypes")).as(method.toString()).isEmpty();
                String name = method.get("name").asText();
                // isVirtual came with Java 21, which native images need.
                boolean isThere = type != Thread.class || Runtime.version().feature() >= 21;
                members.add(isThere ? type.getMethod(name).getName() : name);
            }
            for (JsonNode field : entry.path("fields")) {
                members.add(type.getField(field.get("name").asText()).getName());
            }
        }
        assertThat(members)
                .contains(
                        "getTransactionState",
                        "OPEN",
                        "getQueryExecutor",
                        "getHostSpec",
                        "getDatabase",
                        "getBackendPID",
                        "isVirtual",
                        "getInterceptorBindings",
                        "getRemainingTimeoutMills");
    }

    private static JsonNode entries() throws Exception {
        try (InputStream file = Objects.requireNonNull(NativeMetadataIT.class.getResourceAsStream(FILE))) {
            return new ObjectMapper().readTree(file);
        }
    }
}
