package org.advisorylock.impl.group;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.advisorylock.AdvisoryLockException;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.Texts;
import org.jspecify.annotations.Nullable;

/** Why a request of a group came to nothing. */
final class GroupFailure {

    private GroupFailure() {}

    private static String needed(Group group) {
        return group.voters().stream()
                .map(list -> group.voters().size() == 1
                        ? String.valueOf(list.majority())
                        : list.majority() + " of " + list.members())
                .collect(Collectors.joining(" and "));
    }

    /** @param reasons what each member said that has answered; null where it granted */
    static AdvisoryLockException told(
            Group group, Claim request, long began, Map<Member, @Nullable AdvisoryLockException> reasons) {
        Duration waited = request.isImmediate() ? Duration.ZERO : Group.since(began);
        List<String> told = new ArrayList<>();
        List<Member> asked = new ArrayList<>();
        for (Member member : group.members()) {
            AdvisoryLockException why = reasons.get(member);
            boolean answered = reasons.containsKey(member);
            boolean granted = answered && why == null;
            String silent = member.away();
            if (granted || why instanceof LockTimeoutException || (!answered && silent == null)) {
                asked.add(member);
            }
            told.add(member + ": "
                    + (granted
                            ? "granted"
                            : answered ? Member.why(why) : silent == null ? "has not answered yet" : silent));
        }
        String all = String.join("; ", told);
        if (!group.isMajority(asked)) {
            return new AdvisoryLockException(
                    Message.NO_MAJORITY.text(
                            request,
                            group.size(),
                            group.name(),
                            needed(group),
                            asked.size(),
                            Texts.of(Group.since(began)),
                            all),
                    request.keys(),
                    reasons.values().stream()
                            .filter(why -> why != null && !(why instanceof LockTimeoutException))
                            .findFirst()
                            .orElse(null));
        }
        return new LockTimeoutException(
                Message.TIMEOUT.text(
                        request,
                        Texts.of(waited),
                        "no majority of group '" + group.name() + "' has granted it: " + all),
                request.keys(),
                waited,
                reasons.values().stream()
                        .flatMap(why ->
                                why instanceof LockTimeoutException held ? held.holders().stream() : Stream.empty())
                        .toList(),
                null);
    }
}
