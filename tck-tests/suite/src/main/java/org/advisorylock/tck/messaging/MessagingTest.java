package org.advisorylock.tck.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSDestinationDefinition;
import jakarta.jms.Queue;
import java.util.concurrent.TimeUnit;
import org.advisorylock.tck.Assertion;
import org.advisorylock.tck.BackgroundCall;
import org.advisorylock.tck.ContractTest;
import org.advisorylock.tck.Deployments;
import org.advisorylock.tck.Locking;
import org.advisorylock.tck.OtherHolder;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** A message-driven bean. */
@Locking
class MessagingTest extends ContractTest {

    static final String QUEUE = "java:app/jms/tck";

    /** Defines the queue: a server looks for the definition on the classes that it manages. */
    @JMSDestinationDefinition(name = QUEUE, interfaceName = "jakarta.jms.Queue", destinationName = "tck")
    @ApplicationScoped
    public static class Sender {
        @Resource(lookup = "java:comp/DefaultJMSConnectionFactory")
        ConnectionFactory connections;

        @Resource(lookup = QUEUE)
        Queue queue;

        /** Sends a text. */
        public void send(String text) {
            try (JMSContext context = connections.createContext()) {
                context.createProducer().send(queue, text);
            }
        }
    }

    @Inject
    Sender sender;

    @Inject
    Inbox inbox;

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(MessagingTest.class).addClasses(Receiver.class, Inbox.class);
    }

    @Test
    @Assertion("MDB-01")
    void aMessageIsReceivedUnderTheLock() throws Exception {
        sender.send("one");
        assertThat(inbox.notes().poll(60, TimeUnit.SECONDS)).isEqualTo("one: [" + key("message") + "]");
    }

    @Test
    @Assertion("MDB-01")
    void aMessageWaitsForTheLock() throws Exception {
        try (OtherHolder rival = OtherHolder.holding(database, "message")) {
            sender.send("two");
            BackgroundCall<String> note = threads.start(() -> inbox.notes().take());
            database.awaitWaiter(key("message"), note);
            rival.release();
            assertThat(note.get()).isEqualTo("two: [" + key("message") + "]");
        }
    }
}
