package org.advisorylock;

import java.util.List;
import org.advisorylock.spi.KeyCollector;
import org.advisorylock.spi.Printable;
import org.advisorylock.spi.Template;

/** One key, or several keys of one template. */
sealed interface RequestPart {
    void addTo(KeyCollector keys);

    default boolean isSeveral() {
        return false;
    }

    record Key(AdvisoryLockKey key) implements RequestPart {
        @Override
        public void addTo(KeyCollector keys) {
            keys.add(key);
        }

        @Override
        public String toString() {
            return key.toString();
        }
    }

    record Text(String text) implements RequestPart {
        @Override
        public void addTo(KeyCollector keys) {
            keys.add(text);
        }

        @Override
        public String toString() {
            return "'" + Printable.of(text) + "'";
        }
    }

    /** A template that stands for several keys: for each place its text or its texts, not their combinations. */
    record Texts(Template template, List<Object> values) implements RequestPart {
        @Override
        public void addTo(KeyCollector keys) {
            keys.add(template, values.toArray());
        }

        @Override
        public boolean isSeveral() {
            return true;
        }

        @Override
        public String toString() {
            return "'" + Printable.of(template.longest(values.toArray())) + "' and more of '"
                    + Printable.of(template.toString()) + "'";
        }
    }
}
