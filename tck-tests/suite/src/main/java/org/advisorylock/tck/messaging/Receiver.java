package org.advisorylock.tck.messaging;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.inject.Inject;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.tck.Database;

/** A message-driven bean. */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(propertyName = "destinationLookup", propertyValue = MessagingTest.QUEUE),
            @ActivationConfigProperty(propertyName = "destinationType", propertyValue = "jakarta.jms.Queue")
        })
public class Receiver implements MessageListener {

    @Inject
    Database database;

    @Inject
    Inbox inbox;

    @Override
    @AdvisoryLock("message")
    public void onMessage(Message message) {
        try {
            inbox.notes().add(message.getBody(String.class) + ": " + database.heldKeys());
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }
}
