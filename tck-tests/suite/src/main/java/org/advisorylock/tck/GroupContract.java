package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.SessionLocks;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** A group of the runner's three databases. */
abstract class GroupContract extends ContractTest {

    static final String FLEET = "fleet";
    static final Duration LONG = Duration.ofSeconds(60);

    @Inject
    SessionLocks sessionLocks;

    @Inject
    @GroupMember(GroupMember.A)
    DataSource a;

    @Inject
    @GroupMember(GroupMember.B)
    DataSource b;

    @Inject
    @GroupMember(GroupMember.C)
    DataSource c;

    static WebArchive with(Class<?> test) {
        return Deployments.of(
                        test,
                        """
                        advisorylock.session.heartbeat=PT2S
                        advisorylock.group.%s=%s, %s, %s
                        """
                                .formatted(FLEET, GroupMember.A, GroupMember.B, GroupMember.C))
                .addClass(GroupContract.class);
    }

    @Override
    protected void cleanUp() {
        for (Database member : members()) {
            assertThat(member.awaitNone()).as("advisory locks of a member").isEmpty();
        }
    }

    SessionLocks locks() {
        return sessionLocks.on(FLEET);
    }

    List<Database> members() {
        return List.of(Database.of(a), Database.of(b), Database.of(c));
    }

    long holding(AdvisoryLockKey key) {
        return members().stream()
                .filter(member -> member.heldKeys().contains(key))
                .count();
    }

    /** A majority has it now, and all soon. */
    void assertHeld(AdvisoryLockKey key) {
        assertThat(holding(key)).isGreaterThanOrEqualTo(2);
        members().forEach(member -> member.awaitHeld(key, true));
    }
}
