package org.advisorylock.impl.plan;

import java.net.MalformedURLException;
import java.net.URL;
import javax.xml.stream.XMLStreamConstants;

/** Finds enterprise beans that have no annotation for it, but are in the {@code ejb-jar.xml} beside their class. */
final class EjbJar {

    private static final String CLASSES_OF_WAR = "WEB-INF/classes/";

    private EjbJar() {}

    /** Whether the descriptor of the class's own archive names it; false if that cannot be read. */
    static boolean names(Class<?> bean) {
        String path = bean.getName().replace('.', '/') + ".class";
        URL own = bean.getResource("/" + path);
        if (own == null || !own.toString().endsWith(path)) {
            return false;
        }
        String root = own.toString().substring(0, own.toString().length() - path.length());
        String file = root.endsWith("/" + CLASSES_OF_WAR)
                ? root.substring(0, root.length() - "classes/".length()) + "ejb-jar.xml"
                : root + "META-INF/ejb-jar.xml";
        boolean[] found = new boolean[1];
        try {
            // With the handler of the class's own URL, which may be the server's.
            XmlFile.read(new URL(own, file), xml -> {
                while (xml.hasNext()) {
                    if (xml.next() == XMLStreamConstants.START_ELEMENT
                            && xml.getLocalName().equals("ejb-class")) {
                        found[0] |= xml.getElementText().strip().equals(bean.getName());
                    }
                }
            });
        } catch (MalformedURLException notAFile) {
            return false;
        }
        return found[0];
    }
}
