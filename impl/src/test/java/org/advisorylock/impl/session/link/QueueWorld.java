package org.advisorylock.impl.session.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.advisorylock.impl.postgres.SessionConnection;
import org.advisorylock.impl.session.AllOrders;
import org.advisorylock.impl.session.AllOrders.Event;
import org.jspecify.annotations.Nullable;

/**
 * Requests, a session's thread and another thread around the real queue. A test chooses each step, one after the other.
 * The session's thread does what {@link LockSession} does, without a server.
 */
final class QueueWorld implements AllOrders.World {

    private enum Session {
        /** Looks at its queue next. */
        READY,
        /** Has errands, and sends its message next. */
        TOOK,
        /** The message is under way. */
        SENT,
        /** Has ended by itself. */
        OVER,
        /** Has ended with a loss. */
        LOST
    }

    /** A request and its result. */
    private static final class Request extends Errand {
        private final String name;
        private boolean asked;
        private boolean accepted;
        private boolean begun;
        private boolean withdrawn;
        private boolean granted;
        private boolean noted;
        private boolean quiet;
        private int answers;
        private int failures;

        Request(String name) {
            this.name = name;
        }

        @Override
        boolean begin() {
            begun = !withdrawn;
            return begun;
        }

        @Override
        void run(SessionConnection connection, SharedCounts shared) {}

        @Override
        int more() {
            return granted ? 1 : 0;
        }

        @Override
        void answer() {
            answers++;
        }

        @Override
        void fail(Throwable why) {
            if (!withdrawn) {
                failures++;
            }
        }
    }

    /** The release of a lock that a request was granted. */
    private static final class Giving extends Errand {
        private final Request lock;
        private boolean accepted;
        private boolean quiet;
        private int ends;

        Giving(Request lock) {
            this.lock = lock;
        }

        @Override
        void run(SessionConnection connection, SharedCounts shared) {}

        @Override
        int more() {
            return -1;
        }

        @Override
        void answer() {
            ends++;
        }

        @Override
        void fail(Throwable why) {
            ends++;
        }
    }

    private final ErrandQueue queue;
    private final List<Request> requests = new ArrayList<>();
    private final List<Giving> releases = new ArrayList<>();
    private List<Errand> batch = List.of();
    private Session session = Session.READY;

    private final boolean mayHurry;

    /** What a caller's thread is doing for the session. Null if none is. */
    private @Nullable Errand helping;

    private boolean brokenOff;
    private boolean hurried;
    private boolean gaveUp;
    private int kept;
    private int beats;

    /** @param mayHurry whether somebody may need the connection */
    QueueWorld(long linger, boolean mayHurry, List<String> names) {
        this.mayHurry = mayHurry;
        queue = new ErrandQueue(() -> linger, Long.MAX_VALUE, System::nanoTime);
        names.forEach(name -> requests.add(new Request(name)));
        // A session begins with its first request.
        ask(requests.get(0));
    }

    private void ask(Request one) {
        one.asked = true;
        if (one.name.equals("here") && one != requests.get(0)) {
            askHere(one);
            return;
        }
        one.accepted = one.name.equals("wait") ? queue.submitIfIdle(one) : queue.submit(one);
    }

    /** A thread that may block asks. */
    private void askHere(Request one) {
        one.quiet = true;
        one.accepted = queue.submitQuietly(one);
    }

    @Override
    public List<Event> events() {
        List<Event> events = new ArrayList<>();
        addHelp(events);
        for (Request one : requests) {
            if (!one.asked) {
                events.add(new Event(one.name + " comes", () -> ask(one)));
            } else if (one.name.equals("wait") && one.accepted && !one.begun && !one.withdrawn && !isAnswered(one)) {
                events.add(new Event("is withdrawn", () -> withdraw(one)));
            } else if (one.granted && one.answers == 1 && releases.stream().noneMatch(known -> known.lock == one)) {
                events.add(new Event(one.name + " is released", () -> release(one)));
            }
        }
        if (!brokenOff && session != Session.LOST) {
            events.add(new Event("is broken off", this::breakOff));
        }
        if (mayHurry && !hurried) {
            events.add(new Event("is hurried", () -> {
                hurried = true;
                queue.hurry();
            }));
        }
        addSteps(events);
        return events;
    }

    private void addHelp(List<Event> events) {
        requests.stream()
                .filter(one -> one.accepted && one.quiet)
                .forEach(one -> events.add(new Event("helps itself", () -> {
                    one.quiet = false;
                    help(one);
                })));
        releases.stream()
                .filter(over -> over.accepted && over.quiet)
                .forEach(over -> events.add(new Event("releases itself", () -> {
                    over.quiet = false;
                    help(over);
                })));
        Errand own = helping;
        if (own != null) {
            events.add(new Event("hears - itself", () -> hearHere(own, false)));
            if (own instanceof Request) {
                events.add(new Event("hears + itself", () -> hearHere(own, true)));
            }
            events.add(new Event("breaks itself", () -> {
                helping = null;
                giveUp(own);
            }));
        }
    }

    private void help(Errand errand) {
        if (!queue.begin(errand)) {
            queue.wake();
            return;
        }
        assertThat(session).as("the session's thread, while another one helps").isEqualTo(Session.READY);
        assertThat(helping).as("another helper").isNull();
        if (queue.loss() == null) {
            helping = errand;
        } else {
            giveUp(errand);
        }
    }

    private void giveUp(Errand errand) {
        gaveUp = true;
        queue.giveUp("it broke", List.of(errand));
    }

    private void hearHere(Errand errand, boolean granted) {
        helping = null;
        if (errand instanceof Request one) {
            one.granted = granted;
            one.noted = true;
        }
        kept += errand.more();
        queue.count(errand.more());
        queue.finish();
        errand.answer();
    }

    private static boolean isAnswered(Request one) {
        return one.answers + one.failures > 0;
    }

    private void withdraw(Request one) {
        one.withdrawn = true;
        queue.forget(one);
    }

    private void release(Request one) {
        Giving over = new Giving(one);
        releases.add(over);
        over.quiet = one.name.equals("here");
        over.accepted = over.quiet ? queue.submitQuietly(over) : queue.submit(over);
    }

    private void breakOff() {
        brokenOff = true;
        assertThat(queue.breakOff("another thread ended it")).isEqualTo(session != Session.OVER && !gaveUp);
    }

    private void addSteps(List<Event> events) {
        if (session == Session.READY && helping == null && !wouldLinger() && (beats == 0 || isAwaited())) {
            events.add(new Event("looks", this::look));
        } else if (session == Session.TOOK) {
            events.add(new Event("sends", this::send));
        } else if (session == Session.SENT) {
            addAnswers(events, 0, "");
            events.add(new Event("breaks", this::lose));
        }
    }

    /** Whether the session's thread would wait for as long as nobody needs the connection. */
    private boolean wouldLinger() {
        return mayHurry && !hurried && kept == 0 && !hasWork();
    }

    /** Whether the session has something to do, apart from signs of life. */
    private boolean isAwaited() {
        return kept == 0 || hasWork();
    }

    private boolean hasWork() {
        return queue.loss() != null
                || requests.stream().anyMatch(one -> one.accepted && !one.withdrawn && !isAnswered(one))
                || releases.stream().anyMatch(over -> over.accepted && over.ends == 0);
    }

    /** One event for each way in which the server may answer. */
    private void addAnswers(List<Event> events, int from, String grants) {
        if (from == batch.size()) {
            events.add(new Event("hears '" + grants + "'", () -> hear(grants)));
            return;
        }
        addAnswers(events, from + 1, grants + "-");
        if (batch.get(from) instanceof Request one && !one.name.equals("question")) {
            addAnswers(events, from + 1, grants + "+");
        }
    }

    private void look() {
        List<Errand> next = queue.next(() -> 0);
        if (next == null) {
            endByItself();
            return;
        }
        beats += next.isEmpty() && queue.loss() == null ? 1 : 0;
        batch = next;
        session = Session.TOOK;
    }

    private void endByItself() {
        session = Session.OVER;
        assertThat(kept).as("locks of a session that ends by itself").isZero();
        assertThat(queue.submit(new Request("late"))).isFalse();
    }

    private void send() {
        if (queue.loss() == null) {
            session = Session.SENT;
        } else {
            lose();
        }
    }

    private void hear(String grants) {
        List<Errand> done = new ArrayList<>();
        for (int at = 0; at < batch.size(); at++) {
            Errand errand = batch.get(at);
            if (errand.begin()) {
                if (errand instanceof Request one) {
                    one.granted = grants.charAt(at) == '+';
                    one.noted = true;
                }
                kept += errand.more();
                queue.count(errand.more());
                done.add(errand);
            }
        }
        batch = List.of();
        session = Session.READY;
        if (queue.closeIfIdle()) {
            endByItself();
        }
        done.forEach(Errand::answer);
    }

    private void lose() {
        session = Session.LOST;
        List<Errand> rest = new ArrayList<>(batch);
        rest.addAll(queue.close("it broke"));
        batch = List.of();
        rest.forEach(errand -> errand.fail(new IllegalStateException("it broke")));
        kept = 0;
    }

    @Override
    public void check() {
        for (Request one : requests) {
            assertThat(one.answers + one.failures).as(one.name).isLessThanOrEqualTo(1);
        }
        if (queue.loss() == null) {
            assertThat(queue.kept()).as("kept locks").isEqualTo(kept);
        }
    }

    @Override
    public void checkEnd() {
        assertThat(session).as("the session, when nobody needs it").isIn(Session.OVER, Session.LOST);
        for (Request one : requests) {
            boolean answered = one.accepted && !one.withdrawn;
            assertThat(one.answers + one.failures).as(one.name).isEqualTo(answered ? 1 : 0);
            assertThat(one.noted || !one.granted).isTrue();
        }
        releases.forEach(over -> assertThat(over.ends).isEqualTo(over.accepted ? 1 : 0));
    }
}
