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
 * A server that deploys an application with the library, uses it and undeploys it, again and again, does not collect
 * their class loaders in its heap. An application that pins its own shows that the test would see that.
 */
@ArquillianTest
@RunAsClient
@ExtendWith(NoLockLeft.class)
@Timeout(400)
class UndeployedApplicationsAreCollectedTest {

    private static final int TIMES = 3;
    // The last one, until the next one comes: WildFly keeps it in a static field of Weld's translator of extensions,
    // Payara in the thread that resizes its pools.
    private static final int KEPT_BY_THE_SERVER = 1;
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
        WebArchive war = ShrinkWrap.create(WebArchive.class, "guarded.war")
                .addClasses(Generation.class, DriverRemover.class, Vault.class, Day.class, DayServlet.class);
        return ServerArchiveCompleter.complete(war);
    }

    @Deployment(name = "pinned", managed = false, testable = false)
    static WebArchive pinned() {
        return ShrinkWrap.create(WebArchive.class, "pinned.war").addClass(Pinned.class);
    }

    @Test
    void howeverTheirTransactionsAndLocksEnded() throws Exception {
        ServerHeap heap = new ServerHeap(0);
        for (int i = 0; i < TIMES; i++) {
            deployer.deploy("pinned");
            answerOthers();
            deployer.undeploy("pinned");
            deployer.deploy("guarded");
            heap = use();
            assertThat(heap.count(Generation.class)).as("deployed").isPositive();
            deployer.undeploy("guarded");
        }
        long left = awaitCollection(heap);
        if (left > KEPT_BY_THE_SERVER) {
            heap.dump(DUMP);
        }
        assertThat(left)
                .as("class loaders that are left of %d; see %s", TIMES, DUMP)
                .isLessThanOrEqualTo(KEPT_BY_THE_SERVER);
        assertThat(heap.count(Pinned.class)).as("those that are pinned").isEqualTo(TIMES);
    }

    /** The class loaders that are left when they are few, or at last. */
    private long awaitCollection(ServerHeap heap) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
        long left = TIMES;
        while (left > KEPT_BY_THE_SERVER && System.nanoTime() - end < 0) {
            answerOthers();
            left = heap.count(Generation.class);
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

    private ServerHeap use() throws Exception {
        HttpResponse<String> response = client.send(request("/guarded/day"), BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new ServerHeap(Long.parseLong(response.body()));
    }

    private static HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create(System.getProperty("tck.address") + path))
                .timeout(Duration.ofMinutes(2))
                .build();
    }
}
