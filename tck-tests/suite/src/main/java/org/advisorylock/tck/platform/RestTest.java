package org.advisorylock.tck.platform;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Application;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.tck.Assertion;
import org.advisorylock.tck.ContractTest;
import org.advisorylock.tck.Database;
import org.advisorylock.tck.Deployments;
import org.advisorylock.tck.Locking;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** Resources of Jakarta REST, called by HTTP from outside. */
@Locking
class RestTest extends ContractTest {

    /** Makes the resources available. */
    @ApplicationPath("api")
    public static class RestApi extends Application {}

    /** One for each request. */
    @Path("request")
    @RequestScoped
    @Transactional
    public static class PerRequest {
        @Inject
        Database database;

        /** Tells what is held. */
        @GET
        @Path("{id}")
        @AdvisoryLock("seat:{id}")
        public String get(@PathParam("id") int id) {
            return database.heldKeys().toString();
        }

        /** Without a transaction. */
        @GET
        @Path("{id}/outside")
        @Transactional(Transactional.TxType.NOT_SUPPORTED)
        @AdvisoryLock("seat:{id}")
        public String outside(@PathParam("id") int id) {
            return "called";
        }

        /** Fails. */
        @GET
        @Path("{id}/broken")
        @AdvisoryLock("seat:{id}")
        public String broken(@PathParam("id") int id) {
            throw new IllegalStateException("broken");
        }

        /** What is left of other requests. */
        @GET
        @Path("left")
        public String left() {
            return database.awaitNone().toString();
        }
    }

    /** One for all. */
    @Path("application")
    @ApplicationScoped
    public static class ForAll {
        @Inject
        Database database;

        /** Tells what is held. */
        @GET
        @Path("{id}")
        @Transactional
        @AdvisoryLock("seat:{id}")
        public String get(@PathParam("id") int id) {
            return database.heldKeys().toString();
        }
    }

    @ArquillianResource
    URL application;

    private final HttpClient client = HttpClient.newHttpClient();

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(RestTest.class).addClass(StatelessResource.class);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI address = URI.create(application + "api/" + path);
        HttpRequest request =
                HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(60)).build();
        return client.send(request, BodyHandlers.ofString());
    }

    private void assertLocked(String resource) throws Exception {
        HttpResponse<String> response = get(resource + "/7");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("[" + key("seat:7") + "]");
        assertThat(get("request/left").body()).isEqualTo("[]");
    }

    @Test
    @RunAsClient
    @Assertion("REST-01")
    void aResourceThatIsACdiBeanHoldsItsLock() throws Exception {
        assertLocked("request");
        assertLocked("application");
    }

    @Test
    @RunAsClient
    @Assertion("REST-01")
    void aResourceThatIsAnEnterpriseBeanHoldsItsLock() throws Exception {
        assertLocked("stateless");
    }

    @Test
    @RunAsClient
    @Assertion("REST-02")
    void aResourceWithoutATransactionFailsAndIsNotCalled() throws Exception {
        HttpResponse<String> response = get("request/8/outside");
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).isNotEqualTo("called");
    }

    @Test
    @RunAsClient
    @Assertion("REST-01")
    void theLockIsGoneAfterARequestThatFails() throws Exception {
        assertThat(get("request/9/broken").statusCode()).isEqualTo(500);
        assertThat(get("request/left").body()).isEqualTo("[]");
        assertLocked("request");
    }
}
