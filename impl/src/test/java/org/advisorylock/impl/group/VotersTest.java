package org.advisorylock.impl.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.session.Source;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Lists of members. Each member is a letter; a letter that stands twice has a number too. */
class VotersTest {

    private final Map<String, Source.One> sources = new HashMap<>();
    private final Map<String, Integer> made = new HashMap<>();

    private List<Source.One> sources(String letters) {
        return Arrays.stream(letters.split(""))
                .filter(letter -> !letter.isEmpty())
                .map(letter -> sources.computeIfAbsent(
                        letter, name -> new Source.One(new LockDatabase(name, new PGSimpleDataSource()), true)))
                .toList();
    }

    private Voters<String> voters(String now, String former) {
        made.clear();
        return Voters.of(new Source.Several("fleet", sources(now), sources(former)), one -> {
            String name = one.database().toString().replaceAll(".*'(.*)'", "$1");
            int times = made.merge(name, 1, Integer::sum);
            return times == 1 ? name : name + times;
        });
    }

    private static List<String> some(String letters) {
        return Arrays.asList(letters.split(""));
    }

    @Test
    void decideByMoreThanHalfOfTheirList() {
        Voters<String> three = voters("abc", "");
        assertThat(three.isMajority(some("ac"))).isTrue();
        assertThat(three.isMajority(some("axy"))).isFalse();
        assertThat(three.needed()).isEqualTo("2");
        Voters<String> five = voters("abcde", "");
        assertThat(five.isMajority(some("abc"))).isTrue();
        assertThat(five.isMajority(some("ab"))).isFalse();
    }

    @Test
    void decideByAMajorityOfEachListWhileTheyChange() {
        Voters<String> changing = voters("abd", "abc");
        assertThat(changing.all()).containsExactly("a", "b", "d", "c");
        assertThat(changing.isMajority(some("ab"))).isTrue();
        assertThat(changing.isMajority(some("ad"))).isFalse();
        assertThat(changing.isMajority(some("bc"))).isFalse();
        assertThat(changing.isMajority(some("acd"))).isTrue();
        assertThat(changing.needed()).isEqualTo("2 of [a, b, d] and 2 of [a, b, c]");
    }

    @Test
    void areTheSameBeforeAndNowWhereTheirDataSourceIs() {
        Voters<String> same = voters("abc", "cba");
        assertThat(same.all()).containsExactly("a", "b", "c");
        assertThat(same.lists()).containsExactly(some("abc"), some("cba"));
    }

    @Test
    void areTwoWhereOneDataSourceIsNamedTwice() {
        Voters<String> twice = voters("aab", "aac");
        assertThat(twice.lists()).containsExactly(List.of("a", "a2", "b"), List.of("a", "a2", "c"));
    }
}
