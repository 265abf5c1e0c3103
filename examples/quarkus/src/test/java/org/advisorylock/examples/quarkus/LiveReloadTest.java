package org.advisorylock.examples.quarkus;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.QuarkusDevModeTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.management.ObjectName;
import org.advisorylock.examples.quarkus.live.LiveDesk;
import org.advisorylock.testbed.Async;
import org.advisorylock.testbed.Rival;
import org.assertj.core.api.SoftAssertions;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.JavaArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The dev mode of Quarkus, which starts the application anew after each change of a source. */
class LiveReloadTest {

    private static final int PORT = freePort();

    /**
     * The one of the build, that of the application, and that of the one before, which Quarkus's threads still know.
     */
    private static final int COPIES = 3;

    @RegisterExtension
    static final QuarkusDevModeTest DEV_MODE = new QuarkusDevModeTest()
            .setArchiveProducer(() -> ShrinkWrap.create(JavaArchive.class)
                    .addClass(LiveDesk.class)
                    .addAsResource(new StringAsset(settings()), "application.properties"));

    private static String settings() {
        StringBuilder text =
                new StringBuilder("live=true\nquarkus.datasource.db-kind=postgresql\nquarkus.http.host=127.0.0.1\n");
        SharedDatabase.settings()
                .forEach((name, value) ->
                        text.append(name).append('=').append(value).append('\n'));
        return text.append("quarkus.http.port=").append(PORT).append('\n').toString();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void leavesNoThreadNoLockAndNoClassLoader() throws Exception {
        requireLocks("one");
        int locks = BookingRows.locks().size();
        List<Thread> left = new ArrayList<>();
        String version = "one";
        for (String next : List.of("two", "three", "four", "five")) {
            List<Thread> former = ownThreads();
            assertThat(former).isNotEmpty();
            String before = version;
            DEV_MODE.modifySourceFile(LiveDesk.class, source -> source.replace('"' + before + '"', '"' + next + '"'));
            requireLocks(next);
            version = next;
            for (Thread thread : former) {
                thread.join(TimeUnit.SECONDS.toMillis(5));
                // One that has ended keeps a class loader, too.
                if (thread.isAlive()) {
                    left.add(thread);
                }
            }
        }
        SoftAssertions all = new SoftAssertions();
        all.assertThat(left).as("threads").isEmpty();
        all.assertThat(BookingRows.locks()).as("locks").hasSize(locks);
        all.assertThat(classesNamed("org.advisorylock.impl.LogMessage"))
                .as("copies of the library")
                .isBetween(1L, (long) COPIES);
        all.assertAll();
    }

    private static void requireLocks(String version) throws Exception {
        requireLock("transaction", version);
        requireLock("session", version);
        assertThat(get("open")).isEqualTo(version);
        Rival.awaitHolder(BookingRows.key("live-open"));
        Rival.awaitHolder(BookingRows.key("live-leader"));
    }

    private static void requireLock(String path, String version) throws Exception {
        long key = BookingRows.key("live-" + path);
        // The request also starts the application anew.
        assertThat(get(path)).isEqualTo(version);
        try (Rival rival = Rival.holding(key)) {
            CompletableFuture<String> answer = Async.run(() -> get(path));
            Rival.awaitWaiter(key);
            rival.rollback();
            assertThat(answer.get()).isEqualTo(version);
        }
    }

    private static List<Thread> ownThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("advisory-lock"))
                .toList();
    }

    /** How many loaded classes have this name and objects, after a garbage collection. */
    private static long classesNamed(String name) throws Exception {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        return histogram.lines().filter(line -> line.endsWith(" " + name)).count();
    }

    private static String get(String path) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + PORT + "/desk/" + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        return answer.body();
    }
}
