package org.advisorylock.tck.server;

import java.util.List;
import org.advisorylock.tck.platform.ServerDataSources;
import org.advisorylock.testbed.TestDatabase;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.xa.PGXADataSource;

/**
 * A deployment descriptor with DataSources, as {@code @DataSourceDefinition} would make them; an annotation cannot know
 * the port of the database.
 */
final class WebXml {

    private WebXml() {}

    static String of(TestDatabase database, boolean xa) {
        String url = database.jdbcUrl();
        List<String> members = database.groupUrls();
        Class<?> type = xa ? PGXADataSource.class : PGSimpleDataSource.class;
        return """
               <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="5.0">
               %s%s%s%s%s%s%s</web-app>
               """
                .formatted(
                        dataSource(ServerDataSources.DEFAULT, type, true, url, database),
                        dataSource(ServerDataSources.LOCAL, PGSimpleDataSource.class, true, url, database),
                        dataSource(ServerDataSources.XA, PGXADataSource.class, true, url, database),
                        dataSource(ServerDataSources.OUTSIDE, PGSimpleDataSource.class, false, url, database),
                        dataSource(ServerDataSources.MEMBER_A, type, true, members.get(0), database),
                        dataSource(ServerDataSources.MEMBER_B, type, true, members.get(1), database),
                        dataSource(ServerDataSources.MEMBER_C, type, true, members.get(2), database));
    }

    // The URL and not the parts of it: TomEE looks at nothing else.
    private static String dataSource(
            String name, Class<?> type, boolean transactional, String url, TestDatabase database) {
        return """
                 <data-source>
                   <name>%s</name>
                   <class-name>%s</class-name>
                   <url>%s</url>
                   <user>%s</user>
                   <password>%s</password>
                   <transactional>%s</transactional>
                   <initial-pool-size>0</initial-pool-size>
                   <max-pool-size>20</max-pool-size>
                   <min-pool-size>0</min-pool-size>
                 </data-source>
               """
                .formatted(
                        name,
                        type.getName(),
                        text(url),
                        text(database.user()),
                        text(password(database)),
                        transactional);
    }

    /** Payara gives no connection to a user without a password. A database that asks for none accepts any. */
    private static String password(TestDatabase database) {
        return database.password().isEmpty() ? "none" : database.password();
    }

    private static String text(String value) {
        return value.replace("&", "&amp;").replace("<", "&lt;");
    }
}
