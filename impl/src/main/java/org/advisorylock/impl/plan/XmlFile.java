package org.advisorylock.impl.plan;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads a deployment descriptor. It reads nothing that the descriptor refers to, and leaves it to the container to
 * report mistakes.
 */
final class XmlFile {

    /** Reads the events of a file. */
    @FunctionalInterface
    interface Reader {
        void read(XMLStreamReader xml) throws XMLStreamException;
    }

    private XmlFile() {}

    /** Reads a file, if it exists and can be read. */
    static void read(URL file, Reader reader) {
        try {
            URLConnection connection = file.openConnection();
            // Otherwise the jar stays open for as long as the JVM runs.
            connection.setUseCaches(false);
            try (InputStream content = connection.getInputStream()) {
                XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
                factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
                factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
                reader.read(factory.createXMLStreamReader(content));
            }
        } catch (IOException | XMLStreamException e) {
            return;
        }
    }
}
