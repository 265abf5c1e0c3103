package org.advisorylock.tck.quarkus;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Named;
import javax.sql.DataSource;
import org.advisorylock.tck.GroupMember;
import org.advisorylock.tck.SecondDataSource;

/** Gives Quarkus's DataSources the qualifiers and names of the TCK. It is deployed with the tests. */
@ApplicationScoped
public class QuarkusPlatform {

    /** The names in {@code application.properties}; a bean with such a name cannot have the TCK's, too. */
    static final String OTHER = "quarkus-other";

    static final String MEMBER_A = "quarkus-a";
    static final String MEMBER_B = "quarkus-b";
    static final String MEMBER_C = "quarkus-c";

    @Produces
    @ApplicationScoped
    @SecondDataSource
    @Named(SecondDataSource.NAME)
    DataSource other(@Named(OTHER) DataSource source) {
        return source;
    }

    @Produces
    @ApplicationScoped
    @GroupMember(GroupMember.A)
    @Named(GroupMember.A)
    DataSource a(@Named(MEMBER_A) DataSource source) {
        return source;
    }

    @Produces
    @ApplicationScoped
    @GroupMember(GroupMember.B)
    @Named(GroupMember.B)
    DataSource b(@Named(MEMBER_B) DataSource source) {
        return source;
    }

    @Produces
    @ApplicationScoped
    @GroupMember(GroupMember.C)
    @Named(GroupMember.C)
    DataSource c(@Named(MEMBER_C) DataSource source) {
        return source;
    }
}
