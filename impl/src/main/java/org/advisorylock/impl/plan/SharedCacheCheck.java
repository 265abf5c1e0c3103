package org.advisorylock.impl.plan;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.advisorylock.impl.LogMessage;
import org.jspecify.annotations.Nullable;

/**
 * Finds persistence units whose entities EclipseLink shares between the transactions of one server. That cache does not
 * have what another server has written, so a read under a fresh lock may be old ({@code ASharedEntityCacheIsOldIT}).
 * This check reads only {@code persistence.xml}, and ignores everything that it cannot read.
 */
final class SharedCacheCheck {

    private static final String ECLIPSELINK = "org.eclipse.persistence.jpa.PersistenceProvider";
    private static final Set<String> MODES_WITHOUT_CACHE = Set.of("NONE", "ENABLE_SELECTIVE");

    private final boolean eclipseLinkByDefault;
    private final Set<String> warnings = new LinkedHashSet<>();

    private SharedCacheCheck(boolean eclipseLinkByDefault) {
        this.eclipseLinkByDefault = eclipseLinkByDefault;
    }

    /** A warning for each such unit that this class loader sees. */
    static Set<String> warnings(@Nullable ClassLoader application) {
        if (application == null) {
            return Set.of();
        }
        SharedCacheCheck check = new SharedCacheCheck(sees(application));
        try {
            for (URL file : Collections.list(application.getResources("META-INF/persistence.xml"))) {
                XmlFile.read(file, check::read);
            }
        } catch (IOException | RuntimeException | LinkageError e) {
            return check.warnings;
        }
        return check.warnings;
    }

    private static boolean sees(ClassLoader application) {
        try {
            Class.forName(ECLIPSELINK, false, application);
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    private void read(XMLStreamReader xml) throws XMLStreamException {
        Unit unit = new Unit();
        while (xml.hasNext()) {
            int event = xml.next();
            if (event == XMLStreamReader.START_ELEMENT) {
                unit = start(xml, unit);
            } else if (event == XMLStreamReader.END_ELEMENT
                    && xml.getLocalName().equals("persistence-unit")) {
                if (unit.isShared(eclipseLinkByDefault)) {
                    warnings.add(LogMessage.SHARED_ENTITY_CACHE.text(unit.name));
                }
            }
        }
    }

    private static Unit start(XMLStreamReader xml, Unit unit) throws XMLStreamException {
        switch (xml.getLocalName()) {
            case "persistence-unit" -> {
                return new Unit(xml.getAttributeValue(null, "name"));
            }
            case "provider" -> unit.provider = xml.getElementText().strip();
            case "shared-cache-mode" -> unit.mode = xml.getElementText().strip();
            case "property" -> unit.property(xml.getAttributeValue(null, "name"), xml.getAttributeValue(null, "value"));
            default -> {}
        }
        return unit;
    }

    /** The cache settings of one unit. */
    private static final class Unit {
        private final String name;
        private String provider = "";
        private String mode = "";
        private boolean on = true;

        Unit() {
            this("");
        }

        Unit(@Nullable String name) {
            this.name = String.valueOf(name);
        }

        void property(@Nullable String key, @Nullable String value) {
            if ("jakarta.persistence.sharedCache.mode".equals(key) && value != null) {
                mode = value.strip();
            } else if ("eclipselink.cache.shared.default".equals(key) && "false".equalsIgnoreCase(value)) {
                on = false;
            }
        }

        boolean isShared(boolean eclipseLinkByDefault) {
            boolean eclipseLink =
                    provider.isEmpty() ? eclipseLinkByDefault : provider.startsWith("org.eclipse.persistence.");
            return eclipseLink && on && !MODES_WITHOUT_CACHE.contains(mode);
        }
    }
}
