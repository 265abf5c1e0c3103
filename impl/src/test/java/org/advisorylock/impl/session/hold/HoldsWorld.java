package org.advisorylock.impl.session.hold;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.advisorylock.AdvisoryLockKey;
import org.advisorylock.LockLostException;
import org.advisorylock.LockMode;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.session.AllOrders;
import org.advisorylock.impl.session.AllOrders.Event;
import org.jspecify.annotations.Nullable;

/** Callers, a session and a server around the real registry. A test chooses each step, one after the other. */
final class HoldsWorld implements Tasks, AllOrders.World {

    /** Keys that a session was told to release. */
    private record Released(List<AdvisoryLockKey> keys, Supplier<List<Runnable>> noted) {}

    /** A session, with the locks that it has in the server, and how often it has each. */
    private static final class WorldSession extends SessionWithoutServer {
        final Map<AdvisoryLockKey, Integer> has = new HashMap<>();
        final List<Released> releases = new ArrayList<>();

        @Override
        public void release(List<AdvisoryLockKey> keys, LockMode mode, Supplier<List<Runnable>> released) {
            if (loss == null) {
                releases.add(new Released(keys, released));
            }
        }
    }

    /** One request and its result. */
    static final class WorldCaller implements QueuedRequest.TurnListener {
        private final String name;
        private final QueuedRequest ask;
        private boolean asked;
        private boolean complete;
        private boolean asking;
        private boolean gone;
        private boolean refused;
        private boolean closed;
        private @Nullable Handle handle;

        WorldCaller(String name, Claim claim, @Nullable Thread thread) {
            this.name = name;
            this.ask = new QueuedRequest(claim, thread, name, this);
        }

        @Override
        public void onTurn() {
            asking = true;
        }

        @Override
        public void onTurnLater() {
            onTurn();
        }

        @Override
        public void onFreed() {}

        Handle handle() {
            return Objects.requireNonNull(handle);
        }

        private boolean isHeld() {
            return handle != null && handle.isHeld();
        }
    }

    private final List<WorldCaller> callers;
    private final Holds holds = new Holds(this, Duration.ofSeconds(1), System::nanoTime);
    private final List<Runnable> tasks = new ArrayList<>();
    private WorldSession session = new WorldSession();
    private int losses;
    private int told;
    private int listening;

    HoldsWorld(List<WorldCaller> callers) {
        this.callers = callers;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public void after(Duration delay, Runnable task) {
        // A listener that hangs does not keep its key.
        tasks.add(task);
    }

    @Override
    public List<Event> events() {
        List<Event> events = new ArrayList<>();
        callers.forEach(caller -> add(caller, events));
        if (!session.releases.isEmpty()) {
            events.add(new Event("release", this::release));
        }
        if (losses == 0 && callers.stream().anyMatch(caller -> caller.asked)) {
            events.add(new Event("session ends", this::end));
        }
        if (!tasks.isEmpty()) {
            events.add(new Event("task", () -> tasks.remove(0).run()));
        }
        return events;
    }

    private void add(WorldCaller caller, List<Event> events) {
        if (!caller.asked) {
            events.add(new Event(caller.name + " asks", () -> {
                caller.asked = true;
                caller.complete = holds.ask(caller.ask);
            }));
        } else if (caller.asking) {
            int wanted = caller.ask.claim().isForPermit()
                    ? 1
                    : holds.wanted(caller.ask).size();
            for (int granted = 0; granted <= wanted; granted++) {
                int many = granted;
                events.add(new Event(caller.name + " gets " + many, () -> answer(caller, many)));
            }
        } else if (caller.complete && !caller.gone && caller.handle == null) {
            events.add(new Event(caller.name + " takes", () -> take(caller)));
        } else if (caller.handle != null && !caller.closed) {
            events.add(new Event(caller.name + " closes", () -> {
                caller.closed = true;
                Object unused = caller.handle().closeLater();
            }));
        }
        if (caller.asked && !caller.gone && !caller.refused && caller.handle == null) {
            events.add(new Event(caller.name + " goes", () -> {
                caller.gone = true;
                holds.abandon(caller.ask);
            }));
        }
    }

    private void answer(WorldCaller caller, int many) {
        caller.asking = false;
        List<AdvisoryLockKey> wanted = holds.wanted(caller.ask);
        for (AdvisoryLockKey key : wanted.subList(0, many)) {
            session.has.merge(key, 1, Integer::sum);
        }
        if (!caller.ask.claim().isForPermit()) {
            holds.noteGrant(caller.ask, many, session);
        } else if (many > 0) {
            holds.noteGrant(caller.ask, wanted.get(0), session);
        }
        caller.complete = holds.isComplete(caller.ask);
        if (!caller.complete) {
            caller.refused = true;
            holds.refuse(caller.ask);
        }
    }

    private void take(WorldCaller caller) {
        try {
            caller.handle = holds.take(caller.ask);
            caller.handle().onLost(() -> told++);
            listening++;
        } catch (LockLostException lost) {
            assertThat(losses).isOne();
            caller.gone = true;
        }
    }

    private void release() {
        Released over = session.releases.remove(0);
        for (AdvisoryLockKey key : over.keys()) {
            assertThat(session.has).as("pg_advisory_unlock says false").containsKey(key);
            session.has.merge(key, -1, (had, less) -> had + less == 0 ? null : had + less);
        }
        over.noted().get().forEach(Runnable::run);
    }

    private void end() {
        losses++;
        WorldSession lost = session;
        lost.loss = "the server ended it";
        session = new WorldSession();
        callers.stream().filter(caller -> caller.asking).forEach(caller -> {
            caller.asking = false;
            caller.refused = true;
            holds.refuse(caller.ask);
        });
        holds.lose(lost);
    }

    @Override
    public void check() {
        session.has.forEach((key, times) ->
                assertThat(times).as("how often one session has %s", key).isLessThanOrEqualTo(isShared(key) ? 2 : 1));
        for (WorldCaller caller : callers) {
            if (caller.isHeld()) {
                for (Hold hold : caller.handle().holds()) {
                    assertThat(session.has).as("what %s holds", caller.name).containsKey(hold.key());
                }
            }
        }
        for (WorldCaller one : callers) {
            for (WorldCaller other : callers) {
                if (one != other && one.isHeld() && other.isHeld() && one.ask.owner != other.ask.owner) {
                    assertThat(one.handle().holds().stream()
                                    .filter(hold -> hold.mode == LockMode.EXCLUSIVE)
                                    .map(Hold::key))
                            .as("two holders")
                            .doesNotContainAnyElementsOf(other.handle().holds().stream()
                                    .map(Hold::key)
                                    .toList());
                }
            }
        }
    }

    private boolean isShared(AdvisoryLockKey key) {
        return callers.stream()
                .anyMatch(caller -> caller.ask.claim().mode() == LockMode.SHARED
                        && caller.ask.claim().keys().contains(key));
    }

    @Override
    public void checkEnd() {
        assertThat(session.has).as("left in the server").isEmpty();
        assertThat(holds.isIdle()).as("nothing is remembered").isTrue();
        assertThat(told).isLessThanOrEqualTo(listening);
        callers.stream().filter(caller -> caller.gone || caller.refused).forEach(caller -> assertThat(caller.ask.over())
                .isDone());
    }
}
