package org.advisorylock.tck.weld;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import java.util.List;
import javax.sql.DataSource;
import org.advisorylock.tck.GroupMember;
import org.advisorylock.tck.SecondDataSource;
import org.advisorylock.testbed.JtaStack;
import org.advisorylock.testbed.JtaStack.Enlistment;
import org.advisorylock.testbed.TestDatabase;

/** What a server would give an application: a DataSource. Narayana brings the transactions itself. */
@ApplicationScoped
public class WeldPlatform {

    /** One for the JVM, as a server's pools are; its connections are opened when they are needed. */
    private static final JtaStack STACK = JtaStack.start();

    /** Of databases beside it. */
    private static final List<DataSource> MEMBERS =
            TestDatabase.get().groupUrls().stream().map(WeldPlatform::member).toList();

    /** Before the first transaction, which would otherwise configure Narayana itself. */
    void start(@Observes @Initialized(ApplicationScoped.class) Object event) {
        borrowedConnections();
    }

    /** The DataSource whose connections a JTA transaction enlists, as XA branches where {@code tck.xa} says so. */
    @Produces
    @ApplicationScoped
    DataSource dataSource() {
        return Boolean.getBoolean("tck.xa") ? STACK.xaDataSource() : STACK.dataSource();
    }

    /** A second one of the same database, the one of local transactions and the other of XA branches. */
    @Produces
    @SecondDataSource
    @Named(SecondDataSource.NAME)
    @ApplicationScoped
    DataSource other() {
        return Boolean.getBoolean("tck.xa") ? STACK.dataSource() : STACK.xaDataSource();
    }

    @Produces
    @GroupMember(GroupMember.A)
    @Named(GroupMember.A)
    @ApplicationScoped
    DataSource a() {
        return MEMBERS.get(0);
    }

    @Produces
    @GroupMember(GroupMember.B)
    @Named(GroupMember.B)
    @ApplicationScoped
    DataSource b() {
        return MEMBERS.get(1);
    }

    @Produces
    @GroupMember(GroupMember.C)
    @Named(GroupMember.C)
    @ApplicationScoped
    DataSource c() {
        return MEMBERS.get(2);
    }

    private static DataSource member(String url) {
        return STACK.pool(Boolean.getBoolean("tck.xa") ? Enlistment.XA : Enlistment.LOCAL, url, 20);
    }

    static long borrowedConnections() {
        return STACK.borrowed();
    }
}
