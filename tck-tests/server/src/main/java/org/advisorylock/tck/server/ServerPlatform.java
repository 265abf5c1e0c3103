package org.advisorylock.tck.server;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.advisorylock.tck.GroupMember;
import org.advisorylock.tck.SecondDataSource;
import org.advisorylock.tck.platform.ServerDataSources;

/**
 * Makes DataSources of {@code web.xml} beans. It is deployed with the tests. It looks them up itself, because Open
 * Liberty 26.0.0.3 throws a NullPointerException for a {@code @Resource(lookup)} of such a DataSource
 * ({@code EEValidationUtils.validateJndiLookup}). It does so once, in a thread of the server.
 */
@ApplicationScoped
public class ServerPlatform {

    private DataSource first;
    private DataSource second;
    private DataSource a;
    private DataSource b;
    private DataSource c;

    @PostConstruct
    void lookUp() {
        first = named(ServerDataSources.DEFAULT);
        second = named(ServerDataSources.XA);
        a = named(ServerDataSources.MEMBER_A);
        b = named(ServerDataSources.MEMBER_B);
        c = named(ServerDataSources.MEMBER_C);
    }

    @Produces
    DataSource dataSource() {
        return first;
    }

    @Produces
    @SecondDataSource
    @Named(SecondDataSource.NAME)
    DataSource other() {
        return second;
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

    // The names are constants.
    @SuppressWarnings("BanJNDI")
    private static DataSource named(String name) {
        try {
            return InitialContext.doLookup(name);
        } catch (NamingException e) {
            throw new IllegalStateException(e);
        }
    }
}
