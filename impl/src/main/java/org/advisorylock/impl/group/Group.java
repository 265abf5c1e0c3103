package org.advisorylock.impl.group;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockGuardException;
import org.advisorylock.LockTimeoutException;
import org.advisorylock.SelfDeadlockException;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.Claim;
import org.advisorylock.impl.postgres.Patience;
import org.advisorylock.impl.postgres.Texts;
import org.advisorylock.impl.session.DatabaseLocks;
import org.advisorylock.impl.session.SeveralLocks;
import org.advisorylock.impl.session.Source;
import org.advisorylock.impl.session.TransactionsOfThread;
import org.advisorylock.impl.session.hold.Ask;
import org.advisorylock.impl.session.hold.Failures;
import org.advisorylock.impl.session.hold.Handle;
import org.advisorylock.impl.session.link.Workers;
import org.jspecify.annotations.Nullable;

/**
 * Several databases that know nothing of each other, as one lock: it is held when a majority holds it. Two majorities have a member in common, which has it
 * once.
 */
public final class Group implements SeveralLocks {

    private final String name;
    private final List<Member> members;
    private final List<Voters> voters;
    private final Register register;
    private final Workers workers;
    private final Patience patience;
    private final TransactionsOfThread transactions;
    private final Consumer<Claim> requireOpen;
    private final Set<GroupHandle> open = ConcurrentHashMap.newKeySet();
    private final Turns turns;
    private final Map<Thread, Claim> pausing = new ConcurrentHashMap<>();

    /** @param requireOpen throws once the application has ended */
    public Group(
            Source.Several source,
            Function<Source.One, DatabaseLocks> databases,
            Workers workers,
            Patience patience,
            TransactionsOfThread transactions,
            Consumer<Claim> requireOpen) {
        this.name = source.name();
        this.workers = workers;
        this.turns = new Turns(workers);
        this.patience = patience;
        this.transactions = transactions;
        this.requireOpen = requireOpen;
        this.register = new Register(this);
        List<Member> now = new ArrayList<>();
        source.members().forEach(one -> now.add(member(one, databases)));
        List<Member> before = former(source, now, databases);
        this.members = Stream.concat(now.stream(), before.stream()).distinct().toList();
        this.voters = Stream.of(now, before)
                .filter(list -> !list.isEmpty())
                .map(Voters::new)
                .toList();
    }

    private Member member(Source.One one, Function<Source.One, DatabaseLocks> databases) {
        return new Member(this, one.database(), databases.apply(one), workers, patience);
    }

    /** Each of those now is one of those before at most once: two names of one database are to be found out. */
    private List<Member> former(
            Source.Several source, List<Member> now, Function<Source.One, DatabaseLocks> databases) {
        List<Source.One> names = new ArrayList<>(source.members());
        List<Member> rest = new ArrayList<>(now);
        List<Member> former = new ArrayList<>();
        for (Source.One one : source.former()) {
            int at = names.indexOf(one);
            if (at < 0) {
                former.add(member(one, databases));
            } else {
                names.remove(at);
                former.add(rest.remove(at));
            }
        }
        return former;
    }

    String name() {
        return name;
    }

    List<Member> members() {
        return members;
    }

    int size() {
        return members.size();
    }

    /** Those lists of members of each of which a majority is needed. */
    List<Voters> voters() {
        return voters;
    }

    /** What its JVMs tell each other. */
    Register register() {
        return register;
    }

    boolean isMajority(Collection<Member> some) {
        return voters.stream().allMatch(list -> list.isMajority(some));
    }

    Workers workers() {
        return workers;
    }

    Duration heartbeat() {
        return patience.heartbeat();
    }

    void requireOpen(Claim request) {
        requireOpen.accept(request);
    }

    /** What one member is asked for. Who holds the keys it has to tell: that is a sign of its life. */
    Claim once(Claim request) {
        return request.waiting(AdvisoryLock.IMMEDIATE).namingHolders();
    }

    @Override
    public GroupHandle acquire(Claim request, String place) {
        long began = System.nanoTime();
        if (request.isForPermit()) {
            throw new LockGuardException(Message.GROUP_HAS_NO_PERMITS.text(request, name), request.keys(), null);
        }
        register.join();
        boolean held = false;
        try {
            register.gather(request);
            GroupHandle handle = acquired(request, place, began);
            held = true;
            return handle;
        } finally {
            if (!held) {
                register.leave();
            }
        }
    }

    private GroupHandle acquired(Claim request, String place, long began) {
        requireNoWaitForOwnTransaction(request, place);
        GroupAttempt attempt = new GroupAttempt(this, request, place, began);
        Thread owner = Thread.currentThread();
        if (members.stream().anyMatch(member -> member.sessions().holds().ownsAny(owner, request.keys()))) {
            return attempt.run();
        }
        Ask turn = turn(request, began);
        try {
            return attempt.run();
        } finally {
            turns.giveBack(turn);
        }
    }

    /** Of the threads of this JVM that want a key one asks, in the order in which they came. */
    private Ask turn(Claim request, long began) {
        try {
            Ask turn = turns.take(request, nanosLeft(request, began));
            if (turn != null) {
                return turn;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failures.interrupted(request, since(began));
        }
        Duration waited = request.isImmediate() ? Duration.ZERO : since(began);
        throw new LockTimeoutException(
                Message.TIMEOUT.text(request, Texts.of(waited), "others of this JVM asked for it before"),
                request.keys(),
                waited,
                List.of(),
                null);
    }

    private static long nanosLeft(Claim request, long began) {
        return request.isUnlimited()
                ? Long.MAX_VALUE
                : TimeUnit.MILLISECONDS.toNanos(request.waitMillis()) - (System.nanoTime() - began);
    }

    static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    private void requireNoWaitForOwnTransaction(Claim request, String place) {
        List<String> places = new ArrayList<>();
        List<Member> free = new ArrayList<>();
        for (Member member : members) {
            String identity = member.sessions().identity();
            String conflict = identity.isEmpty() ? null : transactions.placeOfConflict(identity, request);
            if (conflict == null) {
                free.add(member);
            } else {
                places.add(conflict);
            }
        }
        if (!isMajority(free)) {
            throw new SelfDeadlockException(
                    Message.SELF_DEADLOCK_WITH_TRANSACTION.text(request, places.get(0), place), request.keys(), null);
        }
    }

    /** Whether this JVM holds any lock of it. */
    boolean isHeld() {
        return !open.isEmpty();
    }

    /** A lock is held from now on. */
    void opened(GroupHandle handle) {
        open.add(handle);
    }

    /** It is not held any more. */
    void over(GroupHandle handle) {
        open.remove(handle);
        register.leave();
    }

    /**
     * Where the current thread holds a lock that its transaction would wait for in a member's database; null if nowhere. The member need not have the lock:
     * it is asked for it all the time, and would get it between this question and that of the transaction.
     */
    @Override
    public @Nullable String placeOfConflict(String database, Claim wanted) {
        // Where a transaction of this thread has the key the member cannot get it.
        if (members.stream().noneMatch(member -> member.is(database))
                || transactions.placeOfConflict(database, wanted) != null) {
            return null;
        }
        Thread thread = Thread.currentThread();
        return open.stream()
                .map(handle -> handle.placeOfConflict(thread, wanted))
                .filter(Objects::nonNull)
                .findAny()
                .orElse(null);
    }

    /** Lets go what members have granted. */
    void release(List<Handle> handles) {
        handles.forEach(handle -> workers.execute(handle::close));
    }

    /** The same, and waits for those who answer as fast as usual. */
    void releaseAndWait(List<Handle> handles) {
        Duration longest =
                GroupAttempt.shorter(Duration.ofSeconds(1), heartbeat().dividedBy(2));
        CompletableFuture<?> all = CompletableFuture.allOf(handles.stream()
                .map(handle -> CompletableFuture.runAsync(handle::close, workers))
                .toArray(CompletableFuture[]::new));
        // Not completeOnTimeout: the JDK's thread for that would keep this application's class loader for good.
        workers.after(longest, () -> all.complete(null));
        all.join();
    }

    /** Pauses before the next round, until a thread of this JVM lets one of the keys go. */
    void pause(Claim request, long nanos) {
        pausing.put(Thread.currentThread(), request);
        try {
            LockSupport.parkNanos(this, nanos);
        } finally {
            pausing.remove(Thread.currentThread());
        }
    }

    /** A lock of these keys was let go. */
    void wake(Claim released) {
        pausing.forEach((thread, waiting) -> {
            if (waiting.keys().stream().anyMatch(released.keys()::contains)) {
                LockSupport.unpark(thread);
            }
        });
    }
}
