package org.advisorylock.tck.server;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Makes the DataSource of {@code web.xml} a bean. It is deployed with the tests. */
@ApplicationScoped
public class Platform {

    @Produces
    @Resource(lookup = WebXml.DATA_SOURCE)
    @Nullable
    DataSource dataSource;
}
