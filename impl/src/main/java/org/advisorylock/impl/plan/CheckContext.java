package org.advisorylock.impl.plan;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Facts about one deployment that its checks share. */
final class CheckContext {

    private final Supplier<Settings> source;
    private final Marks.View view;
    private final Mentions mentions;
    private @Nullable Settings settings;

    /** @param source called once, and only if a bean has the annotation */
    CheckContext(Supplier<Settings> source, Marks.View view) {
        this.source = source;
        this.view = view;
        this.mentions = new Mentions(view);
    }

    Settings settings() {
        if (settings == null) {
            settings = source.get();
        }
        return settings;
    }

    Marks.View view() {
        return view;
    }

    Mentions mentions() {
        return mentions;
    }
}
