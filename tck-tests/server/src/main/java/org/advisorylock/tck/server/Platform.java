package org.advisorylock.tck.server;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import javax.sql.DataSource;
import org.advisorylock.tck.Other;
import org.advisorylock.tck.platform.ServerDataSources;
import org.jspecify.annotations.Nullable;

/** Makes two DataSources of {@code web.xml} beans. It is deployed with the tests. */
@ApplicationScoped
public class Platform {

    @Produces
    @Resource(lookup = ServerDataSources.DEFAULT)
    @Nullable
    DataSource dataSource;

    @Resource(lookup = ServerDataSources.XA)
    DataSource xa;

    /** By a method, since a field that is a resource must not have a name (WELD-001516). */
    @Produces
    @Other
    @Named(Other.NAME)
    DataSource other() {
        return xa;
    }
}
