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

/** Brings the DataSources that a server would give an application. Narayana brings the transactions. */
@ApplicationScoped
public class WeldPlatform {

    /** One for the JVM, as a server's pools are; its connections are opened when they are needed. */
    private static final JtaStack STACK = JtaStack.start();

    /** Of databases beside it. */
    private static final List<DataSource> MEMBERS =
            TestDatabase.get().groupUrls().stream().map(WeldPlatform::member).toList();

    /** Runs before the first transaction, because that would configure Narayana otherwise. */
    void start(@Observes @Initialized(ApplicationScoped.class) Object event) {
        borrowedConnections();
    }

    /** The DataSource whose connections a JTA transaction enlists, as XA branches where {@code tck.xa} says so. */
    @Produces
    @ApplicationScoped
    DataSource dataSource() {
        return Boolean.getBoolean("tck.xa") ? STACK.xaDataSource() : STACK.dataSource();
    }

    /** A second DataSource of the same database. One of the two uses local transactions, the other XA branches. */
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
