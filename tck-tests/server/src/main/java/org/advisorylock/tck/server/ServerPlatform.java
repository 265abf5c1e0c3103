package org.advisorylock.tck.server;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import javax.sql.DataSource;
import org.advisorylock.tck.GroupMember;
import org.advisorylock.tck.SecondDataSource;
import org.advisorylock.tck.platform.ServerDataSources;
import org.jspecify.annotations.Nullable;

/** Makes DataSources of {@code web.xml} beans. It is deployed with the tests. */
@ApplicationScoped
public class ServerPlatform {

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

    /** A method, because a field that is a resource must not have a name (WELD-001516). */
    @Produces
    @SecondDataSource
    @Named(SecondDataSource.NAME)
    DataSource other() {
        return xa;
    }

    @Produces
    @GroupMember(GroupMember.A)
    @Named(GroupMember.A)
    DataSource memberA() {
        return a;
    }

    @Produces
    @GroupMember(GroupMember.B)
    @Named(GroupMember.B)
    DataSource memberB() {
        return b;
    }

    @Produces
    @GroupMember(GroupMember.C)
    @Named(GroupMember.C)
    DataSource memberC() {
        return c;
    }
}
