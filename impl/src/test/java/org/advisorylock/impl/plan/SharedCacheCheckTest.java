package org.advisorylock.impl.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The persistence units that cause a warning. EclipseLink is on the class path of the tests. */
class SharedCacheCheckTest {

    private static final String ECLIPSELINK = "<provider>org.eclipse.persistence.jpa.PersistenceProvider</provider>";

    @TempDir
    Path application;

    private Set<String> warnings(@Nullable ClassLoader server, String persistenceXml) throws IOException {
        Path folder = Files.createDirectories(application.resolve("META-INF"));
        Files.writeString(folder.resolve("persistence.xml"), persistenceXml);
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {application.toUri().toURL()}, server)) {
            return SharedCacheCheck.warnings(loader);
        }
    }

    private Set<String> warnings(String unit) throws IOException {
        return warnings(getClass().getClassLoader(), persistence(unit));
    }

    private static String persistence(String unit) {
        return """
               <?xml version="1.0" encoding="UTF-8"?>
               <persistence xmlns="https://jakarta.ee/xml/ns/persistence" version="3.0">
                 <persistence-unit name="accounts">%s</persistence-unit>
               </persistence>
               """
                .formatted(unit);
    }

    private static String properties(String name, String value) {
        return "<properties><property name=\"" + name + "\" value=\"" + value + "\"/></properties>";
    }

    @Test
    void eclipseLinkSharesUnlessItIsTold() throws IOException {
        for (String unit : Set.of(
                "",
                ECLIPSELINK,
                ECLIPSELINK + "<shared-cache-mode> ALL </shared-cache-mode>",
                "<shared-cache-mode>UNSPECIFIED</shared-cache-mode>",
                "<shared-cache-mode>DISABLE_SELECTIVE</shared-cache-mode>",
                properties("jakarta.persistence.sharedCache.mode", "ALL"),
                properties("eclipselink.cache.shared.default", "true"))) {
            assertThat(warnings(unit)).as(unit).singleElement().asString().contains("ADVLOCK-0515", "'accounts'");
        }
    }

    @Test
    void whoHasNoSharedCacheIsNotWarned() throws IOException {
        for (String unit : Set.of(
                "<shared-cache-mode>\n NONE\n </shared-cache-mode>",
                ECLIPSELINK + "<shared-cache-mode>ENABLE_SELECTIVE</shared-cache-mode>",
                properties("jakarta.persistence.sharedCache.mode", "NONE"),
                properties("eclipselink.cache.shared.default", "false"),
                "<provider>org.hibernate.jpa.HibernatePersistenceProvider</provider>")) {
            assertThat(warnings(unit)).as(unit).isEmpty();
        }
    }

    @Test
    void norIsOneWithoutEclipseLink() throws IOException {
        assertThat(warnings(null, persistence(""))).isEmpty();
        assertThat(warnings(null, persistence(ECLIPSELINK))).hasSize(1);
    }

    @Test
    void eachUnitIsLookedAtByItself() throws IOException {
        assertThat(
                        warnings(
                                "<shared-cache-mode>NONE</shared-cache-mode></persistence-unit><persistence-unit name=\"orders\">"))
                .singleElement()
                .asString()
                .contains("'orders'");
    }

    @Test
    void whatCannotBeReadIsNoFindingAndNothingElseIsReadForIt() throws IOException {
        Path secret = Files.writeString(application.resolve("secret"), "s3cret");
        String entity = "<!DOCTYPE persistence [<!ENTITY e SYSTEM \"" + secret.toUri() + "\">]>";
        for (String file : Set.of("", "no xml", "<persistence><persistence-unit", entity + "<p>&e;</p>")) {
            assertThat(warnings(getClass().getClassLoader(), file)).as(file).isEmpty();
        }
        assertThat(SharedCacheCheck.warnings(null)).isEmpty();
    }
}
