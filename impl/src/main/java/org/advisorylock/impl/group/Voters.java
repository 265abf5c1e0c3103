package org.advisorylock.impl.group;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.advisorylock.impl.session.Source;

/**
 * The members of a group, of which a majority decides. While the members are being changed there are two lists, and a
 * majority of each is needed. So it has a member in common with each majority of a JVM that knows only one of the
 * lists.
 *
 * @param <M> a member
 */
final class Voters<M> {

    private final List<List<M>> lists;
    private final List<M> all;

    private Voters(List<M> now, List<M> former) {
        this.lists = former.isEmpty() ? List.of(now) : List.of(now, former);
        this.all = Stream.concat(now.stream(), former.stream()).distinct().toList();
    }

    /**
     * Each of the present members is one of the former members at most once, so that two names of one database are
     * found out.
     */
    static <M> Voters<M> of(Source.Several source, Function<Source.One, M> make) {
        List<M> now = source.members().stream().map(make).toList();
        List<Source.One> names = new ArrayList<>(source.members());
        List<M> rest = new ArrayList<>(now);
        List<M> former = new ArrayList<>();
        for (Source.One one : source.former()) {
            int at = names.indexOf(one);
            if (at < 0) {
                former.add(make.apply(one));
            } else {
                names.remove(at);
                former.add(rest.remove(at));
            }
        }
        return new Voters<>(now, former);
    }

    /** The present members, and the former ones if they differ. */
    List<List<M>> lists() {
        return lists;
    }

    /** All of both lists. */
    List<M> all() {
        return all;
    }

    boolean isMajority(Collection<M> some) {
        return lists.stream()
                .allMatch(list -> list.stream().filter(some::contains).count() >= majorityOf(list));
    }

    /** How many members are more than half of a list. */
    static int majorityOf(List<?> list) {
        return list.size() / 2 + 1;
    }

    /** How many are needed, for messages. */
    String needed() {
        return lists.size() == 1
                ? String.valueOf(majorityOf(lists.get(0)))
                : lists.stream().map(list -> majorityOf(list) + " of " + list).collect(Collectors.joining(" and "));
    }
}
