package org.advisorylock.impl.group;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;

/**
 * The databases that a JVM takes for a group, as numbers that others can see. Each entry is a pair of numbers. The
 * first is that of the group. Three bits of the second tell what the entry means. A member is named by its identity, as
 * soon as that is known. The pairs of the group also have the doors of its keys.
 */
final class RosterEntries {

    private static final int BITS = 29;
    private static final int MASK = (1 << BITS) - 1;

    /** What an entry means. */
    private enum Kind {
        SIZE(1),
        MEMBER(2),
        FORMER_SIZE(3),
        FORMER_MEMBER(4),
        COUNTS(5),
        DOOR(6);

        private final int bits;

        Kind(int bits) {
            this.bits = bits;
        }

        int entry(int value) {
            return (bits << BITS) | (value & MASK);
        }

        boolean isOf(int entry) {
            return entry >>> BITS == bits;
        }
    }

    /**
     * The members that one JVM names.
     *
     * @param size how many
     * @param known those of which it knows which they are
     */
    record Listed(int size, Set<Integer> known) {

        /** @param identities empty where that is not known */
        static Listed of(int size, Collection<String> identities) {
            return new Listed(
                    size,
                    identities.stream()
                            .filter(identity -> !identity.isEmpty())
                            .map(RosterEntries::hash)
                            .collect(Collectors.toSet()));
        }

        /** Whether two lists may be the same, as far as is known. */
        boolean mayBe(Listed other) {
            Set<Integer> both = new HashSet<>(known);
            both.addAll(other.known);
            return size == other.size && both.size() <= size;
        }
    }

    private final int group;

    RosterEntries(String name) {
        this.group = hash("group " + name);
    }

    private static int hash(String text) {
        return (int) AdvisoryLockKey.of(text, KeyHash.SHA_256).number() & MASK;
    }

    /** The first number. */
    int group() {
        return group;
    }

    private AdvisoryLockKey key(Kind kind, int value) {
        return AdvisoryLockKey.of(group, kind.entry(value));
    }

    /** The entry that a JVM always shows. */
    AdvisoryLockKey anchor(Listed now) {
        return key(Kind.SIZE, now.size());
    }

    /** The other entries of the members. */
    List<AdvisoryLockKey> entries(List<Listed> lists) {
        List<AdvisoryLockKey> entries = new ArrayList<>();
        lists.get(0).known().forEach(member -> entries.add(key(Kind.MEMBER, member)));
        for (Listed former : lists.subList(1, lists.size())) {
            entries.add(key(Kind.FORMER_SIZE, former.size()));
            former.known().forEach(member -> entries.add(key(Kind.FORMER_MEMBER, member)));
        }
        return entries;
    }

    /** The entry of a member that counts. */
    AdvisoryLockKey counts(String proof) {
        return key(Kind.COUNTS, hash(proof));
    }

    /**
     * The doors of keys, at which JVMs stand in line for them. Two keys may share a door. Then one may wait for the
     * other, but only as long as a request that has the door.
     */
    List<AdvisoryLockKey> doors(Collection<AdvisoryLockKey> keys) {
        return keys.stream().map(key -> key(Kind.DOOR, hash(key.toString()))).toList();
    }

    /** Whether others show that a member counts. */
    static boolean isCounted(Collection<Integer> entries) {
        return entries.stream().anyMatch(Kind.COUNTS::isOf);
    }

    /** The lists that others show. None if they have not shown them yet. */
    static List<Listed> read(Collection<Integer> entries) {
        List<Listed> lists = new ArrayList<>();
        read(entries, Kind.SIZE, Kind.MEMBER, lists);
        read(entries, Kind.FORMER_SIZE, Kind.FORMER_MEMBER, lists);
        return lists;
    }

    private static void read(Collection<Integer> entries, Kind size, Kind member, List<Listed> lists) {
        Set<Integer> known =
                entries.stream().filter(member::isOf).map(entry -> entry & MASK).collect(Collectors.toSet());
        entries.stream().filter(size::isOf).forEach(entry -> lists.add(new Listed(entry & MASK, known)));
    }

    /** Whether one of the lists has a member. */
    static boolean isNamed(List<Listed> lists, String identity) {
        return !identity.isEmpty()
                && lists.stream().anyMatch(list -> list.known().contains(hash(identity)));
    }

    /**
     * Whether two JVMs may have a list in common, so that both ask a majority of it. A JVM that shows no list yet may
     * have any, and will look itself.
     */
    static boolean agree(List<Listed> mine, List<Listed> others) {
        return others.isEmpty()
                || mine.stream().anyMatch(list -> others.stream().anyMatch(list::mayBe));
    }
}
