package org.advisorylock.tck.server;

import org.advisorylock.testbed.TestDatabase;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.xa.PGXADataSource;

/**
 * A deployment descriptor with DataSources, as {@code @DataSourceDefinition} would make them; an annotation cannot know the port of
 * the database.
 */
final class WebXml {

    /** The DataSource that is a bean: local, or XA where {@code tck.xa} says so. */
    static final String DATA_SOURCE = "java:app/jdbc/tck";

    /** Another one of the same database, always XA. */
    static final String XA_DATA_SOURCE = "java:app/jdbc/tck-xa";

    private WebXml() {}

    static String of(TestDatabase database, boolean xa) {
        Class<?> type = xa ? PGXADataSource.class : PGSimpleDataSource.class;
        return """
               <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="5.0">
               %s%s</web-app>
               """
                .formatted(
                        dataSource(DATA_SOURCE, type, database),
                        dataSource(XA_DATA_SOURCE, PGXADataSource.class, database));
    }

    // The URL and not the parts of it: TomEE looks at nothing else.
    private static String dataSource(String name, Class<?> type, TestDatabase database) {
        return """
                 <data-source>
                   <name>%s</name>
                   <class-name>%s</class-name>
                   <url>%s</url>
                   <user>%s</user>
                   <password>%s</password>
                   <initial-pool-size>0</initial-pool-size>
                   <max-pool-size>20</max-pool-size>
                   <min-pool-size>0</min-pool-size>
                 </data-source>
               """
                .formatted(
                        name,
                        type.getName(),
                        text(database.jdbcUrl()),
                        text(database.user()),
                        text(password(database)));
    }

    /** Payara gives no connection to a user without a password, where the database asks for none and takes any. */
    private static String password(TestDatabase database) {
        return database.password().isEmpty() ? "none" : database.password();
    }

    private static String text(String value) {
        return value.replace("&", "&amp;").replace("<", "&lt;");
    }
}
