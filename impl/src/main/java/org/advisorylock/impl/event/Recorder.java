package org.advisorylock.impl.event;

import org.advisorylock.LockEvent;
import org.advisorylock.LockListener;
import org.jspecify.annotations.Nullable;

/** A listener that listens only while a recording runs. */
interface Recorder extends LockListener {

    /** Whether one runs. This costs nothing if none does. */
    boolean isRecording();

    /** Begins to measure one lock. */
    Flight begin();

    /** One lock. */
    interface Flight {
        /** The request is granted. */
        void granted();

        /** Writes what has a duration. */
        void write(LockEvent event);
    }

    /** That of the JDK; null if the runtime was made without the module {@code jdk.jfr}. */
    static @Nullable Recorder find() {
        try {
            return new FlightEvents();
        } catch (LinkageError absent) {
            return null;
        }
    }
}
