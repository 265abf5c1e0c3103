package org.advisorylock.benchmarks.own;

import java.util.Arrays;
import java.util.List;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.KeyHash;
import org.advisorylock.impl.key.KeyTemplate;
import org.advisorylock.impl.key.Signature;
import org.advisorylock.spi.KeyCollector;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** From a method's arguments to keys, and from text to a number. */
@State(Scope.Benchmark)
public class KeyMaking {

    private static final int MOST = 1000;

    private Object[] arguments;
    private KeyTemplate argument;
    private KeyTemplate path;
    private KeyTemplate places;
    private KeyTemplate collection;
    private String text;

    /** Whose templates these are. */
    static final class TemplateOwner {
        void method(long id, PathOrder order, List<Long> ids) {}
    }

    /** Parses the templates. */
    @Setup
    public void parse() {
        Signature signature = new Signature(
                TemplateOwner.class,
                Arrays.stream(TemplateOwner.class.getDeclaredMethods())
                        .filter(method -> method.getName().equals("method"))
                        .findFirst()
                        .orElseThrow());
        argument = KeyTemplate.parse(signature, "account:{id}", KeyHash.MD5);
        path = KeyTemplate.parse(signature, "order:{order.customer.region}", KeyHash.MD5);
        places = KeyTemplate.parse(signature, "order:{order.id}:{order.customer.region}:{id}", KeyHash.MD5);
        collection = KeyTemplate.parse(signature, "account:{ids}", KeyHash.MD5);
        arguments =
                new Object[] {4711L, new PathOrder(815, new PathOrder.OrderOwner("north")), List.of(1001L, 1002L, 1003L)
                };
        text = "account:4711";
    }

    private List<AdvisoryLockKey> keys(KeyTemplate template) {
        KeyCollector keys = new KeyCollector(KeyHash.MD5, MOST);
        template.addTo(keys, arguments, MOST);
        return keys.keys();
    }

    /** One place, an argument. */
    @Benchmark
    public List<AdvisoryLockKey> argument() {
        return keys(argument);
    }

    /** One place, a path. */
    @Benchmark
    public List<AdvisoryLockKey> path() {
        return keys(path);
    }

    /** Three places. */
    @Benchmark
    public List<AdvisoryLockKey> places() {
        return keys(places);
    }

    /** One place of three values, which are three keys. */
    @Benchmark
    public List<AdvisoryLockKey> collection() {
        return keys(collection);
    }

    /** The baseline: one place, written by hand. */
    @Benchmark
    public String argumentByHand() {
        return "account:" + arguments[0];
    }

    /** Text to number. */
    @Benchmark
    public AdvisoryLockKey md5() {
        return AdvisoryLockKey.of(text, KeyHash.MD5);
    }

    /** Text to number by the other digest. */
    @Benchmark
    public AdvisoryLockKey sha256() {
        return AdvisoryLockKey.of(text, KeyHash.SHA_256);
    }
}
