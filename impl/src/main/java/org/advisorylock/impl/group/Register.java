package org.advisorylock.impl.group;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockGuardException;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.RollCall;
import org.advisorylock.spi.Printable;
import org.jspecify.annotations.Nullable;

/**
 * What the JVMs that use a group tell each other on its members, as long as they use it: which members they have, and which of these count. So JVMs that do not
 * have a majority in common find that out.
 */
final class Register {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    /** Who comes back within that time need not enter again. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final Group group;
    private final Roll roll;
    private final Map<String, Member> byIdentity = new ConcurrentHashMap<>();
    private final Map<Member, String> disagreements = new ConcurrentHashMap<>();
    private final AtomicInteger users = new AtomicInteger();
    private volatile boolean introduced;
    private volatile @Nullable String notDistinct;

    Register(Group group) {
        this.group = group;
        this.roll = new Roll(group.name());
    }

    String name() {
        return group.name();
    }

    /** A lock is asked for, and held perhaps. */
    void join() {
        users.incrementAndGet();
    }

    /** It is not any more. After the last one others do not see this JVM. */
    void leave() {
        if (users.decrementAndGet() == 0) {
            group.workers().after(LINGER, () -> group.members()
                    .forEach(member -> group.workers().execute(member.presence()::leave)));
        }
    }

    boolean isInUse() {
        return users.get() > 0;
    }

    /**
     * Has this JVM seen on all members that can be reached, before it asks for anything, so that it sees all others. The first time they have a heartbeat for that, so that
     * what is wrong with them shows at once and not in the first emergency. That one of them is a standby may be another emergency, and passes.
     */
    void gather(Claim request) {
        requireDistinct(request);
        List<Member> missing = group.members().stream()
                .filter(member -> !member.presence().isShown() && (!introduced || member.away() == null))
                .toList();
        if (missing.isEmpty()) {
            return;
        }
        Duration patience = introduced ? GroupAttempt.shorter(Member.SILENCE, group.heartbeat()) : group.heartbeat();
        List<Exception> failures = ask(missing, patience, member -> member.enter(request));
        requireDistinct(request);
        requireAgreed(request);
        for (Exception failure : failures) {
            if (!introduced
                    && failure instanceof LockGuardException wrong
                    && !Message.STANDBY.isIn(wrong.getMessage())) {
                throw wrong;
            }
        }
        introduced = true;
        // Now that it is known which databases they are, and who else is on each.
        List<Member> shown =
                missing.stream().filter(member -> member.presence().isShown()).toList();
        ask(shown, patience, member -> member.enterAndCount(request)).forEach(Register::passOver);
        requireAgreed(request);
    }

    /** Something that may block. */
    @FunctionalInterface
    private interface Question {
        boolean of(Member member) throws SQLException;
    }

    private List<Exception> ask(List<Member> some, Duration patience, Question question) {
        List<Callable<Boolean>> questions = new ArrayList<>();
        some.forEach(member -> questions.add(() -> question.of(member)));
        Quorum<Boolean> all = Quorum.ask(questions, group.workers());
        all.first(0, patience);
        return all.failures();
    }

    private static void passOver(Exception failure) {
        LOGGER.log(Level.DEBUG, () -> Printable.message("a member of a group was not entered: " + failure));
    }

    /** Notes which database a member is, and has it shown on the others. */
    void identified(Member member, String identity, Claim request) {
        byIdentity.values().removeIf(known -> known == member);
        Member other = byIdentity.putIfAbsent(identity, member);
        if (other != null) {
            notDistinct = Message.GROUP_NOT_DISTINCT.text(request, other, member, name(), identity);
            requireDistinct(request);
        }
    }

    /** Has the others show what has become known. */
    void showOnOthers(Member but, Claim request) {
        group.members().stream()
                .filter(member -> member != but && member.presence().isShown())
                .forEach(member -> group.workers().execute(() -> {
                    try {
                        member.enter(request);
                    } catch (SQLException | RuntimeException e) {
                        passOver(e);
                    }
                }));
    }

    /** The first number of all entries. */
    int first() {
        return roll.group();
    }

    /** What is shown first. */
    AdvisoryLockKey anchor() {
        return roll.anchor(lists().get(0));
    }

    /** What else is shown on a member. */
    List<AdvisoryLockKey> entries(Memory memory) {
        List<AdvisoryLockKey> entries = roll.entries(lists());
        if (memory.counts()) {
            entries.add(proof(memory));
        }
        return entries;
    }

    /** What is shown on a member that counts. */
    AdvisoryLockKey proof(Memory memory) {
        return roll.counts(memory.proof());
    }

    private List<Roll.Listed> lists() {
        return group.voters().stream()
                .map(list -> Roll.Listed.of(
                        list.members().size(),
                        list.members().stream().map(Member::identity).toList()))
                .toList();
    }

    /** Whether those who are seen on a member may have the same members; if not that is noted. */
    boolean compare(Member member, List<RollCall.Other> others) {
        List<Roll.Listed> mine = lists();
        for (RollCall.Other other : others) {
            List<Roll.Listed> theirs = Roll.read(other.entries());
            if (!Roll.agree(mine, theirs)) {
                List<Member> common = group.members().stream()
                        .filter(one -> Roll.isNamed(theirs, one.identity()))
                        .toList();
                String text = Message.GROUP_DISAGREES.text(
                        name(),
                        group.members(),
                        other.who(),
                        member,
                        theirs.get(0).size(),
                        common);
                if (!text.equals(disagreements.put(member, text)) && group.isHeld()) {
                    LOGGER.log(Level.WARNING, text);
                }
                return false;
            }
        }
        disagreements.remove(member);
        return true;
    }

    /** What was seen on a member is not seen any more. */
    void forget(Member member) {
        disagreements.remove(member);
    }

    /** @throws LockGuardException if another JVM has other members */
    void requireAgreed(Claim request) {
        for (String text : disagreements.values()) {
            throw new LockGuardException(text, request.keys(), null);
        }
    }

    /** @throws LockGuardException if two members are known to be one database */
    void requireDistinct(Claim request) {
        String same = notDistinct;
        if (same != null) {
            throw new LockGuardException(same, request.keys(), null);
        }
    }

    /** Whether other JVMs show, on others than this member, that those count. */
    boolean othersCount(Member but) {
        return group.members().stream()
                .anyMatch(member -> member != but && member.presence().othersCount());
    }
}
