package org.advisorylock.tck.recovery;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.advisorylock.tck.recovery.app.Crash;
import org.advisorylock.tck.recovery.app.Transfers;
import org.advisorylock.testbed.TestDatabase;
import org.wildfly.core.launcher.Launcher;
import org.wildfly.core.launcher.StandaloneCommandBuilder;

/**
 * A server with two XA DataSources and the application, in a folder of its own. It can be started again after its end.
 */
final class RecoveryServer implements AutoCloseable {

    private static final long BOUND_SECONDS = 180;
    private static final int OFFSET = 13_000;
    private static final String ADDRESS = "http://127.0.0.1:" + (8080 + OFFSET) + "/recovery/api/transfers";
    private static final Path HOME = Path.of(property("recovery.server"));

    private final HttpClient client = HttpClient.newHttpClient();
    private final Path base;
    private Process process;

    private RecoveryServer(Path base) throws IOException {
        this.base = base;
        this.process = launch();
    }

    private static String property(String name) {
        String value = System.getProperty(name, "");
        if (value.isEmpty()) {
            throw new IllegalStateException("the system property " + name + " is not set");
        }
        return value;
    }

    static RecoveryServer start(String name) throws Exception {
        Path folder = Files.createDirectories(Path.of(property("recovery.folder")));
        Path base = Files.createTempDirectory(folder, name);
        copy(HOME.resolve("standalone"), base);
        installDriver();
        Path configuration = base.resolve("configuration/standalone.xml");
        String xml = Files.readString(configuration)
                .replaceFirst("<datasources>", "<datasources>" + dataSource(Transfers.ONE) + dataSource(Transfers.TWO))
                .replaceFirst("<drivers>", "<drivers><driver name=\"postgresql\" module=\"org.postgresql\"/>");
        Files.writeString(configuration, xml);
        deploy(base.resolve("deployments"));
        RecoveryServer server = new RecoveryServer(base);
        server.awaitReady();
        return server;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    /** Copies the application as a folder. The server deploys it because of the file beside it. */
    private static void deploy(Path deployments) throws IOException {
        Path war = deployments.resolve("recovery.war/WEB-INF");
        String application = Transfers.class.getPackageName().replace('.', '/');
        copy(
                Path.of(property("recovery.classes"), application),
                war.resolve("classes").resolve(application));
        Files.createFile(war.resolve("beans.xml"));
        Path libraries = Files.createDirectories(war.resolve("lib"));
        for (String jar : property("recovery.libraries").split(File.pathSeparator, -1)) {
            Files.copy(Path.of(jar), libraries.resolve(Path.of(jar).getFileName()));
        }
        Files.createFile(deployments.resolve("recovery.war.dodeploy"));
    }

    private static void installDriver() throws IOException {
        Path module = Files.createDirectories(HOME.resolve("modules/org/postgresql/main"));
        if (!Files.exists(module.resolve("module.xml"))) {
            Files.copy(Path.of(property("recovery.driver")), module.resolve("postgresql.jar"));
            Files.writeString(
                    module.resolve("module.xml"),
                    """
                    <module xmlns="urn:jboss:module:1.9" name="org.postgresql">
                      <resources><resource-root path="postgresql.jar"/></resources>
                      <dependencies>
                        <module name="jakarta.transaction.api"/>
                        <module name="java.sql"/><module name="java.naming"/><module name="java.management"/>
                        <module name="java.logging"/><module name="java.xml"/>
                        <module name="java.security.jgss"/><module name="java.security.sasl"/>
                      </dependencies>
                    </module>
                    """);
        }
    }

    // What differs from run to run comes from the JVM and its environment, so that no file has the password.
    private static String dataSource(String name) {
        return """
               <xa-datasource jndi-name="%s" pool-name="%s">
                 <xa-datasource-property name="URL">\\${recovery.url}</xa-datasource-property>
                 <xa-datasource-class>org.postgresql.xa.PGXADataSource</xa-datasource-class>
                 <driver>postgresql</driver>
                 <security user-name="\\${recovery.user}" password="\\${env.RECOVERY_PASSWORD}"/>
               </xa-datasource>
               """
                .formatted(name, name.substring(name.lastIndexOf('/') + 1));
    }

    private Process launch() throws IOException {
        TestDatabase database = TestDatabase.get();
        StandaloneCommandBuilder command = StandaloneCommandBuilder.of(HOME)
                .setBaseDirectory(base)
                .addJavaOptions(
                        "-Xmx512m", "-Djboss.socket.binding.port-offset=" + OFFSET, "-Djboss.tx.node.id=recovery")
                .addJavaOptions("-Djboss.bind.address=127.0.0.1", "-Djboss.bind.address.management=127.0.0.1")
                .addJavaOptions("-Drecovery.url=" + database.jdbcUrl(), "-Drecovery.user=" + database.user())
                // The defaults are minutes, and a lock could stay that long after a crash.
                .addJavaOptions("-DRecoveryEnvironmentBean.periodicRecoveryPeriod=5")
                .addJavaOptions("-DRecoveryEnvironmentBean.recoveryBackoffPeriod=2")
                .addJavaOptions("-DJTAEnvironmentBean.orphanSafetyInterval=3000");
        Path out = base.resolve("out.log");
        return Launcher.of(command)
                // WildFly accepts no empty password. A database that asks for none accepts any.
                .addEnvironmentVariable(
                        "RECOVERY_PASSWORD", database.password().isEmpty() ? "none" : database.password())
                .setRedirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(out.toFile()))
                .launch();
    }

    /** Starts it again after its end, and does not wait until it is ready. */
    void restart() throws IOException {
        process = launch();
    }

    void awaitReady() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
        while (!isReady()) {
            boolean failed = Files.exists(base.resolve("deployments/recovery.war.failed"));
            if (failed || !process.isAlive() || System.nanoTime() > deadline) {
                throw new AssertionError("the server is not ready: see " + base.resolve("out.log"));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    private boolean isReady() {
        try {
            HttpRequest get = HttpRequest.newBuilder(URI.create(ADDRESS))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            return client.send(get, BodyHandlers.ofString()).body().equals("ready");
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while the server was waited for", e);
        }
    }

    /** Writes in a transaction. */
    HttpResponse<String> write(Crash.Moment moment) throws IOException, InterruptedException {
        HttpRequest post = HttpRequest.newBuilder(URI.create(ADDRESS + "/" + moment))
                .timeout(Duration.ofSeconds(60))
                .POST(BodyPublishers.noBody())
                .build();
        return client.send(post, BodyHandlers.ofString());
    }

    /** Waits for the end of the JVM, and gives its exit code. */
    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(BOUND_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the server has not ended");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new UncheckedIOException(new IOException("interrupted while the server was stopped", e));
        }
    }
}
