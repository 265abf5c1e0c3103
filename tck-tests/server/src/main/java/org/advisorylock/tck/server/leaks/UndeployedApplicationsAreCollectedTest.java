package org.advisorylock.tck.server.leaks;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.advisorylock.tck.server.ServerArchiveCompleter;
import org.advisorylock.testbed.NoLockLeft;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A server deploys an application with the library, uses it and undeploys it, again and again. Their class loaders do
 * not pile up in its heap. An application that pins its own shows that the test would see a leak.
 */
@ArquillianTest
@RunAsClient
@ExtendWith(NoLockLeft.class)
@Timeout(400)
class UndeployedApplicationsAreCollectedTest {

    private static final int PINNED = 2;
    private static final int TIMES = 4;
    // WildFly keeps the last one in a static field of Weld's translator of extensions, and each of its threads keeps
    // the
    // first task that it has got. Payara keeps one in the thread that resizes its pools. A leak keeps all.
    private static final int KEPT_BY_THE_SERVER = 2;
    private static final int THREADS = 64;
    private static final long BOUND_SECONDS = 90;
    private static final Path DUMP = Path.of(System.getProperty("tck.server"))
            .resolveSibling("leaks.hprof")
            .toAbsolutePath();

    @ArquillianResource
    Deployer deployer;

    private final HttpClient client = HttpClient.newHttpClient();

    @Deployment(name = "guarded", managed = false, testable = false)
    static WebArchive guarded() {
        return application("guarded");
    }

    @Deployment(name = "pinned", managed = false, testable = false)
    static WebArchive pinned() {
        return application("pinned").addClass(Pinned.class);
    }

    private static WebArchive application(String name) {
        WebArchive war = ShrinkWrap.create(WebArchive.class, name + ".war")
                .addClasses(Generation.class, DriverRemover.class, Vault.class, Day.class, DayServlet.class);
        return ServerArchiveCompleter.complete(war);
    }

    @Test
    void howeverTheirTransactionsAndLocksEnded() throws Exception {
        // The pinned ones come first, so that threads of the server that start for an application start for these.
        for (int i = 0; i < PINNED; i++) {
            use("pinned");
            answerOthers();
        }
        ServerHeap heap = use("guarded");
        for (int i = 1; i < TIMES; i++) {
            heap = use("guarded");
        }
        long left = awaitCollection(heap);
        if (left > KEPT_BY_THE_SERVER) {
            heap.dump(DUMP);
        }
        assertThat(heap.count(Pinned.class)).as("those that are pinned").isEqualTo(PINNED);
        assertThat(left)
                .as("class loaders that are left of %d; see %s", TIMES, DUMP)
                .isLessThanOrEqualTo(KEPT_BY_THE_SERVER);
    }

    /** Waits until few class loaders are left that nobody pinned, and returns their number at the end. */
    private long awaitCollection(ServerHeap heap) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
        long left = TIMES;
        while (left > KEPT_BY_THE_SERVER && System.nanoTime() - end < 0) {
            answerOthers();
            left = heap.count(Generation.class) - PINNED;
        }
        return left;
    }

    /** Each thread of WildFly keeps its first request, and its last one until the next one comes. */
    private void answerOthers() {
        Stream.generate(() -> client.sendAsync(request("/"), BodyHandlers.discarding()))
                .limit(THREADS)
                .toList()
                .forEach(CompletableFuture::join);
    }

    private ServerHeap use(String application) throws Exception {
        deployer.deploy(application);
        HttpResponse<String> response = client.send(request("/" + application + "/day"), BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        ServerHeap heap = new ServerHeap(Long.parseLong(response.body()));
        assertThat(heap.count(Generation.class)).as("deployed").isPositive();
        deployer.undeploy(application);
        return heap;
    }

    private static HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create(System.getProperty("tck.address") + path))
                .timeout(Duration.ofMinutes(2))
                .build();
    }
}
