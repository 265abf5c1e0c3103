package org.advisorylock.impl.session.link;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.advisorylock.impl.postgres.SessionConnection;
import org.advisorylock.impl.session.hold.Keeper;
import org.advisorylock.spi.Printable;

/**
 * What a session does between two looks at its queue. It notes at once what came of each errand, and answers at the
 * end.
 */
final class Batch {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    private final Set<Errand> open;
    private final List<Runnable> answers = new ArrayList<>();
    private final Keeper keeper;
    private final ErrandQueue queue;
    private final Pulse pulse;
    private final SharedCounts shared;

    /** @param errands none for a sign of life */
    Batch(List<Errand> errands, Keeper keeper, ErrandQueue queue, Pulse pulse, SharedCounts shared) {
        this.open = new LinkedHashSet<>(errands);
        this.keeper = keeper;
        this.queue = queue;
        this.pulse = pulse;
        this.shared = shared;
    }

    /**
     * Does all of it.
     *
     * @throws SQLException that ends the session; a statement that fails does not
     */
    void run(SessionConnection on) throws SQLException {
        if (open.isEmpty()) {
            long sent = pulse.send(on);
            on.sendHeartbeat();
            pulse.seen(sent);
            return;
        }
        exchange(on);
        for (Errand errand : List.copyOf(open)) {
            one(errand, on);
        }
    }

    private void exchange(SessionConnection on) throws SQLException {
        Exchange exchange = new Exchange();
        List<Errand> together = open.stream().filter(exchange::add).toList();
        if (!exchange.isEmpty()) {
            long sent = pulse.send(on);
            exchange.run(on);
            pulse.seen(sent);
            for (Errand errand : together) {
                note(errand);
                answers.add(Exchange.answer(errand));
            }
        }
    }

    private void one(Errand errand, SessionConnection on) throws SQLException {
        if (!errand.begin()) {
            open.remove(errand);
            return;
        }
        long sent = pulse.send(on);
        try {
            errand.run(on, shared);
            // The server counts from its own last answer, which may be much older than our reading of it.
            pulse.seen(sent + on.takeWaited());
            note(errand);
            answers.add(errand::answer);
        } catch (SQLException e) {
            if (UnsoundSession.isEnd(e)) {
                throw e;
            }
            note(errand);
            answers.add(() -> errand.fail(e));
        }
    }

    private void note(Errand errand) {
        queue.count(errand.more());
        open.remove(errand);
        errand.note(keeper, shared);
    }

    /** Errands without a result so far. */
    Collection<Errand> open() {
        return open;
    }

    /** Answers the errands that have a result. */
    void answer() {
        answers.forEach(Batch::runSafely);
    }

    /** If an answer throws, the others are still given, and the session lives on. */
    static void runSafely(Runnable answer) {
        try {
            answer.run();
        } catch (Throwable e) {
            LOGGER.log(Level.WARNING, () -> Printable.message("an answer of a session was not taken: " + e));
        }
    }
}
