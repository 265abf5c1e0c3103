package org.advisorylock.examples.recipes;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import javax.sql.DataSource;

/** What docs/servers.md shows. Compiled here; that it works, the tests of each server show. */
@ApplicationScoped
class ServerDataSource {
    // tag::server-data-source[]
    @Produces
    @Resource(lookup = "java:app/jdbc/accounts")
    DataSource dataSource;
    // end::server-data-source[]
}
