package org.advisorylock.tck.platform;

import jakarta.annotation.Resource;
import jakarta.ejb.Lock;
import jakarta.ejb.LockType;
import jakarta.ejb.Schedule;
import jakarta.ejb.Singleton;
import jakarta.ejb.Timeout;
import jakarta.ejb.Timer;
import jakarta.ejb.TimerConfig;
import jakarta.ejb.TimerService;
import jakarta.inject.Inject;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.OnTimeout;
import org.advisorylock.tck.Database;

/** Has timers, and notes what was held when they called. */
@Singleton
@Lock(LockType.READ)
public class TimerBean {

    private final BlockingQueue<String> beats = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> ticks = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> timeouts = new LinkedBlockingQueue<>();

    @Resource
    TimerService timers;

    @Inject
    Database database;

    /** Without a lock, to see that time goes on. */
    @Schedule(second = "*", minute = "*", hour = "*", persistent = false)
    public void beat() {
        beats.add("beat");
    }

    /** By one server only. */
    @Schedule(second = "*", minute = "*", hour = "*", persistent = false)
    @AdvisoryLock(value = "tick", accessTimeout = AdvisoryLock.IMMEDIATE, onTimeout = OnTimeout.SKIP)
    public void tick() {
        ticks.add(database.heldKeys().toString());
    }

    /** Starts a timer that calls once. */
    public void start(String info) {
        timers.createSingleActionTimer(1, new TimerConfig(info, false));
    }

    /** With a key of the timer. */
    @Timeout
    @AdvisoryLock("timeout:{timer.info}")
    public void timeout(Timer timer) {
        timeouts.add(timer.getInfo() + ": " + database.heldKeys());
    }

    /** What the test waits on. */
    public BlockingQueue<String> beats() {
        return beats;
    }

    /** What the test waits on. */
    public BlockingQueue<String> ticks() {
        return ticks;
    }

    /** What the test waits on. */
    public BlockingQueue<String> timeouts() {
        return timeouts;
    }
}
