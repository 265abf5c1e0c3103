package org.advisorylock.impl.group;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockEvent.WaitPlace;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.event.Story;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.Wording;
import org.advisorylock.impl.session.hold.Failures;
import org.jspecify.annotations.Nullable;

/** What the current thread wants of a group, its time from now on, and its errors. */
final class GroupRequest {

    private final Claim claim;
    private final String place;
    private final Thread owner = Thread.currentThread();
    private final @Nullable Story story;
    private final LongSupplier nanoClock;
    private final long began;

    /** @param story what listeners hear; null if nobody listens */
    GroupRequest(Claim claim, String place, @Nullable Story story, LongSupplier nanoClock) {
        this.story = story;
        this.nanoClock = nanoClock;
        this.began = nanoClock.getAsLong();
        this.claim = claim;
        this.place = place;
    }

    Claim claim() {
        return claim;
    }

    /** The request for one member. Its refusal must name the holders, because that shows that the member lives. */
    Claim once() {
        return claim.waiting(AdvisoryLock.IMMEDIATE).namingHolders();
    }

    /** The thread that will own the lock. */
    Thread owner() {
        return owner;
    }

    /** The place in the code. */
    String place() {
        return place;
    }

    @Nullable
    Story story() {
        return story;
    }

    /** Notes where it waits now. */
    void waits(WaitPlace where) {
        if (story != null) {
            story.waits(where);
        }
    }

    boolean isOver() {
        return claim.isImmediate() || nanosLeft() <= 0;
    }

    long nanosLeft() {
        return claim.isUnlimited() ? Long.MAX_VALUE : claim.deadline(began) - nanoClock.getAsLong();
    }

    private Duration sinceItBegan() {
        return Duration.ofNanos(nanoClock.getAsLong() - began);
    }

    /** The error of an interrupted thread, which stays interrupted. */
    AdvisoryLockException interrupted() {
        owner.interrupt();
        return Failures.interrupted(claim, sinceItBegan());
    }

    /** The error of a request that had no turn in time. */
    LockTimeoutException noTurn() {
        return timeout("others of this JVM asked for it before", Stream.empty());
    }

    private LockTimeoutException timeout(String why, Stream<LockTimeoutException> refusals) {
        Duration waited = claim.isImmediate() ? Duration.ZERO : sinceItBegan();
        return new LockTimeoutException(
                CallMessage.TIMEOUT.text(claim, Wording.describe(waited), why),
                claim.keys(),
                waited,
                refusals.flatMap(refusal -> refusal.holders().stream()).toList(),
                null);
    }

    /**
     * The error of a request that no majority has granted: a timeout if a majority could be asked.
     *
     * @param answers what each member said that has answered; null where it granted
     */
    AdvisoryLockException noMajority(Members members, Map<Member, @Nullable AdvisoryLockException> answers) {
        List<String> said = new ArrayList<>();
        List<Member> asked = new ArrayList<>();
        for (Member member : members.all()) {
            AdvisoryLockException why = answers.get(member);
            boolean answered = answers.containsKey(member);
            boolean granted = answered && why == null;
            String silent = member.whySilent();
            if (granted || why instanceof LockTimeoutException || (!answered && silent == null)) {
                asked.add(member);
            }
            said.add(member + ": "
                    + (granted
                            ? "granted"
                            : answered ? Member.inShort(why) : silent == null ? "has not answered yet" : silent));
        }
        String all = String.join("; ", said);
        if (members.isMajority(asked)) {
            return timeout(
                    "no majority of group '" + members.group() + "' has granted it: " + all,
                    answers.values().stream()
                            .filter(LockTimeoutException.class::isInstance)
                            .map(LockTimeoutException.class::cast));
        }
        return new AdvisoryLockException(
                CallMessage.NO_MAJORITY.text(
                        claim,
                        members.size(),
                        members.group(),
                        members.voters().needed(),
                        asked.size(),
                        Wording.describe(sinceItBegan()),
                        all),
                claim.keys(),
                answers.values().stream()
                        .filter(why -> why != null && !(why instanceof LockTimeoutException))
                        .findFirst()
                        .orElse(null));
    }
}
