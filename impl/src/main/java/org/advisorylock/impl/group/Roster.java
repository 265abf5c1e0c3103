package org.advisorylock.impl.group;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.advisorylock.LockGuardException;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.spi.Printable;
import org.jspecify.annotations.Nullable;

/**
 * Tells which JVMs use a group. While they use it, they show each other on its members which members they have, and
 * which of these count. So JVMs without a common majority find that out.
 */
final class Roster implements Presence.Listener {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    /** A JVM that comes back within this time need not show itself again. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final Members members;
    private final BooleanSupplier isHeld;
    private final Consumer<Claim> requireOpen;
    private final Map<Member, Presence> presences = new LinkedHashMap<>();
    private final Map<String, Member> byIdentity = new ConcurrentHashMap<>();
    private final AtomicInteger users = new AtomicInteger();
    private volatile boolean introduced;
    private volatile @Nullable String notDistinct;

    /**
     * The roster of a group that is not used yet.
     *
     * @param isHeld whether this JVM holds a lock of it
     * @param requireOpen throws once the application has ended
     */
    Roster(Members members, RosterEntries entries, BooleanSupplier isHeld, Consumer<Claim> requireOpen) {
        this.members = members;
        this.isHeld = isHeld;
        this.requireOpen = requireOpen;
        members.all().forEach(member -> presences.put(member, new Presence(members, member, entries, this)));
    }

    @Override
    public void identified(Member member, String identity, Claim request) {
        byIdentity.values().removeIf(known -> known == member);
        Member other = byIdentity.putIfAbsent(identity, member);
        if (other != null) {
            notDistinct = CallMessage.GROUP_NOT_DISTINCT.text(request, other, member, members.group(), identity);
            requireDistinct(request);
        }
    }

    /** Shows on the other members what has become known. */
    @Override
    public void changed(Member identified, Claim request) {
        presences.forEach((member, presence) -> {
            if (member != identified && presence.isShown()) {
                members.workers().execute(() -> {
                    try {
                        enter(member, request);
                    } catch (RuntimeException e) {
                        logFailure(e);
                    }
                });
            }
        });
    }

    @Override
    public void looked(Claim request) {
        requireAgreed(request);
    }

    @Override
    public void disagreed(String message) {
        if (isHeld.getAsBoolean()) {
            LOGGER.log(Level.WARNING, message);
        }
    }

    /** Notes that a lock is requested. */
    void join() {
        users.incrementAndGet();
    }

    /** Notes that it is over. After the last one this JVM is not shown any more. */
    void leave() {
        if (users.decrementAndGet() == 0) {
            members.workers().after(LINGER, () -> presences.values().forEach(presence -> members.workers()
                    .execute(() -> presence.leave(() -> users.get() > 0))));
        }
    }

    /**
     * Shows this JVM on all members that it can reach, before it asks for anything. So it sees all other JVMs. The
     * first time each member has a heartbeat for that, so that a mistake shows at once and not in the first emergency.
     * If one member is a standby, that may be such an emergency, and is allowed.
     */
    void gather(Claim request) {
        requireDistinct(request);
        List<Member> missing = members.all().stream()
                .filter(member -> !isShown(member) && (!introduced || member.whySilent() == null))
                .toList();
        if (missing.isEmpty()) {
            return;
        }
        Duration patience = introduced ? members.usualAnswer() : members.heartbeat();
        List<Exception> failures = onEach(missing, request, patience, this::enter);
        requireDistinct(request);
        requireAgreed(request);
        for (Exception failure : failures) {
            if (!introduced
                    && failure instanceof LockGuardException wrong
                    && !CallMessage.STANDBY.isIn(wrong.getMessage())) {
                throw wrong;
            }
        }
        introduced = true;
        // Now the databases are known, and who else is on each.
        List<Member> shown = missing.stream().filter(this::isShown).toList();
        onEach(shown, request, patience, this::enterAndCount).forEach(Roster::logFailure);
        requireAgreed(request);
    }

    private List<Exception> onEach(
            List<Member> some, Claim request, Duration patience, BiConsumer<Member, Claim> entry) {
        List<Callable<Boolean>> questions = new ArrayList<>();
        some.forEach(member -> questions.add(() -> {
            entry.accept(member, request);
            return true;
        }));
        Quorum<Boolean> all = Quorum.ask(questions, members.workers());
        all.first(0, patience);
        return all.failures();
    }

    private static void logFailure(Exception failure) {
        LOGGER.log(Level.DEBUG, () -> Printable.message("a member of a group was not entered: " + failure));
    }

    /** Shows this JVM on a member, and then tries the keys there once, in another thread. */
    void ask(Member member, GroupRequest request, Member.HandleReceiver answer) {
        member.ask(request.once(), request.owner(), request.place(), this::enterAndCount, answer);
    }

    /** Shows on a member that this JVM uses it. That tells which database it is. */
    private void enter(Member member, Claim request) {
        requireOpen.accept(request);
        member.enter(request, presence(member)::show);
    }

    /**
     * Shows this JVM too, and finds out whether the member counts. If so it shows that before anybody makes use of it.
     */
    private void enterAndCount(Member member, Claim request) {
        enter(member, request);
        Memory memory = member.memory();
        if (!memory.counts() && memory.counts(presence(member).isProved(), othersCount(member))) {
            enter(member, request);
        }
    }

    /** Whether other JVMs show, on other members than this one, that those count. */
    private boolean othersCount(Member but) {
        return presences.entrySet().stream()
                .anyMatch(other -> other.getKey() != but && other.getValue().othersCount());
    }

    /** Whether this JVM is shown on a member, and agrees there with the others. */
    boolean isShown(Member member) {
        return presence(member).isShown();
    }

    private Presence presence(Member member) {
        return Objects.requireNonNull(presences.get(member));
    }

    /** @throws LockGuardException if another JVM has other members */
    void requireAgreed(Claim request) {
        for (Presence presence : presences.values()) {
            presence.disagreement().ifPresent(message -> {
                throw new LockGuardException(message, request.keys(), null);
            });
        }
    }

    /** @throws LockGuardException if two members are known to be one database */
    void requireDistinct(Claim request) {
        String same = notDistinct;
        if (same != null) {
            throw new LockGuardException(same, request.keys(), null);
        }
    }
}
