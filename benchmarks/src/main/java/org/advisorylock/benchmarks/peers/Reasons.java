package org.advisorylock.benchmarks.peers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;

/** Why another way is better than one of the library's, written by hand in {@code reasons.properties}. */
final class Reasons {

    private static final String FILE = "reasons.properties";

    private final Map<String, String> texts;

    Reasons(Map<String, String> texts) {
        this.texts = texts;
    }

    /** Those of the file. */
    static Reasons read() {
        Properties properties = new Properties();
        try (InputStream in = Objects.requireNonNull(Reasons.class.getResourceAsStream(FILE))) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> texts = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> texts.put(name, properties.getProperty(name)));
        return new Reasons(texts);
    }

    /** The reason for a part, or the one for all parts. */
    String of(Part part, Contender contender) {
        String key = part.name() + "." + contender;
        String text = texts.getOrDefault(key, texts.get("*." + contender));
        if (text == null) {
            throw new IllegalStateException(contender.plainTitle() + " is better than the library in part '"
                    + part.name() + "', and nobody has said why: add " + key + " to " + FILE
                    + ", and make the page again with -Dbench.parts=none");
        }
        return text;
    }
}
