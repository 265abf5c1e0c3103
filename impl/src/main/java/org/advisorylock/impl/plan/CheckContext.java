package org.advisorylock.impl.plan;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Facts about one deployment that its checks share. */
final class CheckContext {

    private final Supplier<Settings> source;
    private final Annotations.View view;
    private final AnnotationSearch mentions;
    private @Nullable Settings settings;

    /** @param source called once, and only if a bean has the annotation */
    CheckContext(Supplier<Settings> source, Annotations.View view) {
        this.source = source;
        this.view = view;
        this.mentions = new AnnotationSearch(view);
    }

    Settings settings() {
        if (settings == null) {
            settings = source.get();
        }
        return settings;
    }

    Annotations.View view() {
        return view;
    }

    AnnotationSearch mentions() {
        return mentions;
    }
}
