package org.advisorylock.tck.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.advisorylock.tck.Assertion;
import org.advisorylock.tck.Call;
import org.advisorylock.tck.Database;
import org.advisorylock.tck.Deployments;
import org.advisorylock.tck.LockRow;
import org.advisorylock.tck.Locking;
import org.advisorylock.tck.Member;
import org.advisorylock.tck.Other;
import org.advisorylock.tck.Task;
import org.advisorylock.tck.Threads;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.OperateOnDeployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** What is left of an application in the server when it has been undeployed. */
@Locking
@ArquillianTest
class UndeployTest {

    private final HttpClient client = HttpClient.newHttpClient();

    @ArquillianResource
    Deployer deployer;

    @Deployment(name = "witness")
    static WebArchive witness() {
        return archive("witness").addClasses(Collected.class);
    }

    @Deployment(name = "abandoned", managed = false)
    static WebArchive abandoned() {
        return archive("abandoned").addClasses(Abandoned.class);
    }

    private static WebArchive archive(String name) {
        return Deployments.empty(name)
                .addClasses(Api.class, Call.class, Database.class, LockRow.class)
                .addClasses(Member.class, Other.class, Task.class, Threads.class);
    }

    private String get(URI address) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(address).timeout(Duration.ofMinutes(3)).build();
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    @Test
    @RunAsClient
    @Assertion("PACK-03")
    void nothingOfTheApplicationIsLeft(@ArquillianResource @OperateOnDeployment("witness") URL witness)
            throws Exception {
        URI server = witness.toURI();
        deployer.deploy("abandoned");
        try {
            assertThat(get(server.resolve("/abandoned/api/abandoned"))).isEqualTo("used");
        } finally {
            deployer.undeploy("abandoned");
        }
        assertThat(get(server.resolve("/witness/api/collected"))).isEqualTo("collected");
    }
}
