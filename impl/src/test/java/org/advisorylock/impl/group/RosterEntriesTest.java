package org.advisorylock.impl.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.junit.jupiter.api.Test;

/**
 * What JVMs learn about each other from their lists of members. A question mark is a member that was not reached yet.
 */
class RosterEntriesTest {

    private final RosterEntries entries = new RosterEntries("fleet");

    private static List<RosterEntries.Listed> lists(String... lists) {
        return Arrays.stream(lists)
                .map(list -> Arrays.asList(list.replace("?", "").split(",", -1)))
                .map(list -> RosterEntries.Listed.of(list.size(), list))
                .toList();
    }

    /** A list as the other JVMs see it. */
    private List<RosterEntries.Listed> seen(String... lists) {
        List<AdvisoryLockKey> keys = new ArrayList<>(entries.entries(lists(lists)));
        keys.add(entries.anchor(lists(lists).get(0)));
        keys.add(entries.counts("a life"));
        assertThat(keys).allMatch(key -> key.first() == entries.group());
        return RosterEntries.read(keys.stream().map(AdvisoryLockKey::second).toList());
    }

    @Test
    void tellsOthersWhichDatabasesAreKnown() {
        assertThat(seen("a,b,c")).isEqualTo(lists("a,b,c"));
        assertThat(seen("a,b,?", "a,c,d,e,f")).isEqualTo(lists("a,b,?", "a,c,d,e,f"));
    }

    @Test
    void agreesWithTheSameListInAnyOrderAndWithWhatMayBeTheSame() {
        for (String other : List.of("a,b,c", "c,b,a", "a,?,?", "?,?,?", "a,b,?")) {
            assertThat(RosterEntries.agree(lists("a,b,c"), seen(other)))
                    .as(other)
                    .isTrue();
        }
        assertThat(RosterEntries.agree(lists("a,b,?"), seen("a,?,c"))).isTrue();
        assertThat(RosterEntries.agree(lists("a,b,c"), List.of())).isTrue();
    }

    @Test
    void disagreesWithAnyOther() {
        for (String other : List.of("a,b,d", "a,d,e", "d,?,?", "a,b,c,d,e", "a,b,c,?,?")) {
            assertThat(RosterEntries.agree(lists("a,b,c"), seen(other)))
                    .as(other)
                    .isFalse();
            assertThat(RosterEntries.agree(lists(other), seen("a,b,c")))
                    .as(other)
                    .isFalse();
        }
    }

    @Test
    void agreesIfOneListIsTheSame() {
        assertThat(RosterEntries.agree(lists("a,b,c"), seen("a,b,d", "a,b,c"))).isTrue();
        assertThat(RosterEntries.agree(lists("a,b,d", "a,b,c"), seen("a,b,d"))).isTrue();
        assertThat(RosterEntries.agree(lists("a,b,e"), seen("a,b,d", "a,b,c"))).isFalse();
        assertThat(RosterEntries.agree(lists("a,b,e", "a,b,d"), seen("a,b,d", "a,b,c")))
                .isTrue();
    }

    @Test
    void hasADoorForEachKeyThatNobodyTakesForAnEntry() {
        List<AdvisoryLockKey> keys =
                List.of(AdvisoryLockKey.of(1), AdvisoryLockKey.of(1, 0), AdvisoryLockKey.of("a", KeyHash.MD5));
        List<AdvisoryLockKey> doors = entries.doors(keys);
        assertThat(doors).doesNotHaveDuplicates().hasSameSizeAs(keys).allMatch(door -> door.first() == entries.group());
        List<Integer> seen = doors.stream().map(AdvisoryLockKey::second).toList();
        assertThat(RosterEntries.read(seen)).isEmpty();
        assertThat(RosterEntries.isCounted(seen)).isFalse();
        AdvisoryLockKey number =
                AdvisoryLockKey.of(AdvisoryLockKey.of("a", KeyHash.MD5).number());
        assertThat(entries.doors(List.of(number))).containsExactly(doors.get(2));
        assertThat(new RosterEntries("another").doors(keys)).doesNotContainAnyElementsOf(doors);
    }
}
