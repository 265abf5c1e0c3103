package org.advisorylock.impl.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.advisorylock.AdvisoryLockKey;
import org.junit.jupiter.api.Test;

/** What JVMs with some lists of members find out of each other; a question mark is a member that could not be reached yet. */
class RollTest {

    private final Roll roll = new Roll("fleet");

    private static List<Roll.Listed> lists(String... lists) {
        return Arrays.stream(lists)
                .map(list -> Arrays.asList(list.replace("?", "").split(",", -1)))
                .map(list -> Roll.Listed.of(list.size(), list))
                .toList();
    }

    /** As the others see it. */
    private List<Roll.Listed> seen(String... lists) {
        List<AdvisoryLockKey> entries = new ArrayList<>(roll.entries(lists(lists)));
        entries.add(roll.anchor(lists(lists).get(0)));
        entries.add(roll.counts("a life"));
        assertThat(entries).allMatch(entry -> entry.first() == roll.group());
        return Roll.read(entries.stream().map(AdvisoryLockKey::second).toList());
    }

    @Test
    void tellsOthersWhichDatabasesAreKnown() {
        assertThat(seen("a,b,c")).isEqualTo(lists("a,b,c"));
        assertThat(seen("a,b,?", "a,c,d,e,f")).isEqualTo(lists("a,b,?", "a,c,d,e,f"));
    }

    @Test
    void agreesWithTheSameListInAnyOrderAndWithWhatMayBeTheSame() {
        for (String other : List.of("a,b,c", "c,b,a", "a,?,?", "?,?,?", "a,b,?")) {
            assertThat(Roll.agree(lists("a,b,c"), seen(other))).as(other).isTrue();
        }
        assertThat(Roll.agree(lists("a,b,?"), seen("a,?,c"))).isTrue();
        assertThat(Roll.agree(lists("a,b,c"), List.of())).isTrue();
    }

    @Test
    void disagreesWithAnyOther() {
        for (String other : List.of("a,b,d", "a,d,e", "d,?,?", "a,b,c,d,e", "a,b,c,?,?")) {
            assertThat(Roll.agree(lists("a,b,c"), seen(other))).as(other).isFalse();
            assertThat(Roll.agree(lists(other), seen("a,b,c"))).as(other).isFalse();
        }
    }

    @Test
    void agreesIfOneListIsTheSame() {
        assertThat(Roll.agree(lists("a,b,c"), seen("a,b,d", "a,b,c"))).isTrue();
        assertThat(Roll.agree(lists("a,b,d", "a,b,c"), seen("a,b,d"))).isTrue();
        assertThat(Roll.agree(lists("a,b,e"), seen("a,b,d", "a,b,c"))).isFalse();
        assertThat(Roll.agree(lists("a,b,e", "a,b,d"), seen("a,b,d", "a,b,c"))).isTrue();
    }
}
