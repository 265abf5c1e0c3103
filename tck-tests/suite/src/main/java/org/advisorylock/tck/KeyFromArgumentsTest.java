package org.advisorylock.tck;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockKey;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** How a call's arguments become keys. */
@Locking
class KeyFromArgumentsTest extends ContractTest {

    /** A record of records. */
    public record NestedOrder(GetterCustomer customer, Map<String, String> tags) {}

    /** A class with a getter. */
    public static class GetterCustomer {
        /** The value. */
        public String getId() {
            return "c7";
        }
    }

    /** Its constants' names are values. */
    public enum Region {
        /** A constant with another text. */
        NORTH;

        @Override
        public String toString() {
            return "up there";
        }
    }

    private static final NestedOrder ORDER = new NestedOrder(new GetterCustomer(), Map.of("shop", "s3"));

    /** The bean under test; each method gives the keys that are held while it runs. */
    @ApplicationScoped
    @Transactional
    public static class Keys {
        @Inject
        Database database;

        /** No place. */
        @AdvisoryLock("whole")
        public List<AdvisoryLockKey> constant() {
            return database.heldKeys();
        }

        /** A place by name. */
        @AdvisoryLock("name:{id}")
        public List<AdvisoryLockKey> byName(Object id) {
            return database.heldKeys();
        }

        /** Places by name, of several types. */
        @AdvisoryLock({"a:{number}", "b:{text}", "c:{region}", "d:{optional}"})
        public List<AdvisoryLockKey> byType(long number, String text, Region region, Optional<String> optional) {
            return database.heldKeys();
        }

        /** A place by index. */
        @AdvisoryLock("index:{1}")
        public List<AdvisoryLockKey> byIndex(String ignored, String id) {
            return database.heldKeys();
        }

        /** Places with paths. */
        @AdvisoryLock({"getter:{order.customer.id}", "map:{order.tags.shop}", "index:{0.customer.id}"})
        public List<AdvisoryLockKey> byPath(NestedOrder order) {
            return database.heldKeys();
        }

        /** Two places. */
        @AdvisoryLock("{one}:{other}")
        public List<AdvisoryLockKey> byTwo(String one, String other) {
            return database.heldKeys();
        }

        /** Many keys. */
        @AdvisoryLock("list:{ids}")
        public List<AdvisoryLockKey> byList(List<Integer> ids) {
            return database.heldKeys();
        }

        /** Many keys. */
        @AdvisoryLock("array:{ids}")
        public List<AdvisoryLockKey> byArray(int[] ids) {
            return database.heldKeys();
        }

        /** Many keys. */
        @AdvisoryLock("stream:{ids}")
        public List<AdvisoryLockKey> byStream(Stream<String> ids) {
            return database.heldKeys();
        }

        /** A marked parameter. */
        @AdvisoryLock("marked")
        public List<AdvisoryLockKey> byMark(String ignored, @LockKey long id) {
            return database.heldKeys();
        }

        /** Two marked parameters, one with a path, on two templates. */
        @AdvisoryLock({"one", "two"})
        public List<AdvisoryLockKey> byMarks(@LockKey("customer.id") NestedOrder order, @LockKey int line) {
            return database.heldKeys();
        }
    }

    @Inject
    Keys keys;

    @Deployment
    static WebArchive deployment() {
        return Deployments.of(KeyFromArgumentsTest.class);
    }

    private static void assertKeys(List<AdvisoryLockKey> held, String... texts) {
        assertThat(held)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(texts).map(ContractTest::key).toList());
    }

    @Test
    @Assertion("KEY-01")
    void aTemplateWithoutPlacesIsTheKey() {
        assertKeys(keys.constant(), "whole");
    }

    @Test
    @Assertion("KEY-02")
    void aPlaceNamesAParameter() {
        assertKeys(keys.byName(42), "name:42");
        assertKeys(keys.byType(-1, "t", Region.NORTH, Optional.of("x")), "a:-1", "b:t", "c:NORTH", "d:x");
    }

    @Test
    @Assertion("KEY-02")
    void aPlaceMayBeAnIndex() {
        assertKeys(keys.byIndex("no", "yes"), "index:yes");
    }

    @Test
    @Assertion("KEY-03")
    void aPathGoesOnWithGettersComponentsAndMapKeys() {
        assertKeys(keys.byPath(ORDER), "getter:c7", "map:s3", "index:c7");
    }

    @Test
    @Assertion("KEY-04")
    void theValueOfASinglePlaceStandsAsItIs() {
        assertKeys(keys.byName("a:b\\c"), "name:a:b\\c");
    }

    @Test
    @Assertion("KEY-04")
    void valuesAreNeverParsed() {
        assertKeys(keys.byName("{id}"), "name:{id}");
    }

    @Test
    @Assertion("KEY-05")
    void valuesOfSeveralPlacesAreEscaped() {
        assertKeys(keys.byTwo("a:b", "c"), "a\\:b:c");
        assertKeys(keys.byTwo("a", "b:c"), "a:b\\:c");
        assertKeys(keys.byTwo("a\\", "b"), "a\\\\:b");
    }

    @Test
    @Assertion("KEY-06")
    void aCollectionStandsForSeveralKeys() {
        assertKeys(keys.byList(List.of(3, 1, 2, 1)), "list:1", "list:2", "list:3");
        assertKeys(keys.byArray(new int[] {5, 4}), "array:4", "array:5");
        assertKeys(keys.byStream(Stream.of("x", "y")), "stream:x", "stream:y");
    }

    @Test
    @Assertion("KEY-07")
    void aMarkedParameterIsAppended() {
        assertKeys(keys.byMark("no", 42), "marked:42");
        assertKeys(keys.byMarks(ORDER, 2), "one:c7:2", "two:c7:2");
    }
}
