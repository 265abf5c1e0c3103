package org.advisorylock.impl.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockScope;
import org.advisorylock.SessionLocks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Applications in JVMs without the classes of {@code jakarta.transaction}. */
@Timeout(120)
class WithoutTransactionsApiIT {

    @ApplicationScoped
    static class Plain {
        String call() {
            return "called";
        }
    }

    @ApplicationScoped
    static class InSession {
        @AdvisoryLock(value = "report", scope = LockScope.SESSION)
        public String call() {
            return "called";
        }
    }

    @ApplicationScoped
    static class InTransaction {
        @AdvisoryLock("report")
        public String call() {
            return "called";
        }
    }

    /** Runs in the other JVM: starts an application with a bean, and uses it. */
    static final class Main {
        private Main() {}

        public static void main(String[] arguments) throws Exception {
            Class<?> bean = Class.forName(arguments[0]);
            try (SeContainer container =
                    SeContainerInitializer.newInstance().addBeanClasses(bean).initialize()) {
                System.out.println("> deployed");
                if (arguments.length == 1) {
                    System.out.println(
                            "> " + container.select(Plain.class).get().call());
                } else {
                    container.select(SessionLocks.class).get().acquire("report");
                }
            }
        }
    }

    @Test
    void deployIfTheyUseNoLock() throws Exception {
        assertThat(run(Plain.class.getName()))
                .contains("> deployed", "> called")
                .doesNotContain("ADVLOCK-");
    }

    @Test
    void areToldWhatTheAnnotationNeedsInEachScope() throws Exception {
        assertThat(run(InSession.class.getName()))
                .contains("ADVLOCK-0031", "InSession.call()", "jakarta.transaction-api")
                .doesNotContain("> deployed");
        assertThat(run(InTransaction.class.getName()))
                .contains("ADVLOCK-0031", "InTransaction.call()", "jakarta.transaction-api")
                .doesNotContain("> deployed");
    }

    @Test
    void areToldWhatTheServicesNeed() throws Exception {
        assertThat(run(Plain.class.getName(), "acquire"))
                .contains("> deployed", "ADVLOCK-0031", "jakarta.transaction-api");
    }

    /** What an application says. */
    private static String run(String... arguments) throws Exception {
        // Narayana and its pool are no part of an application without transactions.
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(path -> !path.matches(".*(transaction|narayana|agroal).*"))
                .collect(Collectors.joining(File.pathSeparator));
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                Main.class.getName());
        builder.command().addAll(List.of(arguments));
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }
}
