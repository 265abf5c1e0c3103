package org.advisorylock.tck.server;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import javax.sql.DataSource;
import org.advisorylock.tck.Member;
import org.advisorylock.tck.Other;
import org.advisorylock.tck.platform.ServerDataSources;
import org.jspecify.annotations.Nullable;

/** Makes DataSources of {@code web.xml} beans. It is deployed with the tests. */
@ApplicationScoped
public class Platform {

    @Produces
    @Resource(lookup = ServerDataSources.DEFAULT)
    @Nullable
    DataSource dataSource;

    @Resource(lookup = ServerDataSources.XA)
    DataSource xa;

    @Resource(lookup = ServerDataSources.MEMBER_A)
    DataSource a;

    @Resource(lookup = ServerDataSources.MEMBER_B)
    DataSource b;

    @Resource(lookup = ServerDataSources.MEMBER_C)
    DataSource c;

    /** By a method, since a field that is a resource must not have a name (WELD-001516). */
    @Produces
    @Other
    @Named(Other.NAME)
    DataSource other() {
        return xa;
    }

    @Produces
    @Member(Member.A)
    @Named(Member.A)
    DataSource memberA() {
        return a;
    }

    @Produces
    @Member(Member.B)
    @Named(Member.B)
    DataSource memberB() {
        return b;
    }

    @Produces
    @Member(Member.C)
    @Named(Member.C)
    DataSource memberC() {
        return c;
    }
}
