package org.advisorylock.impl.cdi;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** A deployment descriptor, looked at in passing: nothing that it refers to is read, and the container tells what is wrong with it. */
final class XmlFile {

    /** Who reads it. */
    @FunctionalInterface
    interface Reader {
        void read(XMLStreamReader xml) throws XMLStreamException;
    }

    private XmlFile() {}

    /** Reads what is there and can be read. */
    static void read(URL file, Reader reader) {
        try {
            URLConnection connection = file.openConnection();
            // else the jar stays open for as long as the JVM runs
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
