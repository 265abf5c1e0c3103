package org.advisorylock.tck.quarkus;

import java.util.List;
import org.advisorylock.testbed.TestDatabase;
import org.jboss.arquillian.container.test.spi.client.deployment.ApplicationArchiveProcessor;
import org.jboss.arquillian.test.spi.TestClass;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/**
 * Adds DataSources to each archive of the TCK. The library is a dependency of this module, as it is one of an
 * application.
 */
public final class QuarkusArchiveCompleter implements ApplicationArchiveProcessor {

    @Override
    public void process(Archive<?> archive, TestClass test) {
        ((WebArchive) archive)
                .addClass(QuarkusPlatform.class)
                .addAsResource(new StringAsset(configuration()), "application.properties");
    }

    private static String configuration() {
        TestDatabase database = TestDatabase.get();
        List<String> members = database.groupUrls();
        boolean xa = Boolean.getBoolean("tck.xa");
        return "quarkus.devservices.enabled=false\n"
                + dataSource("", database.jdbcUrl(), xa)
                // One of the two uses local transactions, the other XA branches.
                + dataSource(QuarkusPlatform.OTHER + ".", database.jdbcUrl(), !xa)
                + dataSource(QuarkusPlatform.MEMBER_A + ".", members.get(0), xa)
                + dataSource(QuarkusPlatform.MEMBER_B + ".", members.get(1), xa)
                + dataSource(QuarkusPlatform.MEMBER_C + ".", members.get(2), xa);
    }

    private static String dataSource(String name, String url, boolean xa) {
        TestDatabase database = TestDatabase.get();
        return """
                quarkus.datasource.%1$sdb-kind=postgresql
                quarkus.datasource.%1$sjdbc.url=%2$s
                quarkus.datasource.%1$susername=%3$s
                quarkus.datasource.%1$sjdbc.transactions=%4$s
                quarkus.datasource.%1$sjdbc.max-size=20
                quarkus.datasource.%1$sjdbc.acquisition-timeout=30S
                """
                        .formatted(name, url, database.user(), xa ? "xa" : "enabled")
                + (database.password().isEmpty()
                        ? ""
                        : "quarkus.datasource.%spassword=%s%n".formatted(name, database.password()));
    }
}
