package org.advisorylock.tck.platform;

import jakarta.ejb.Lock;
import jakarta.ejb.LockType;
import jakarta.ejb.Singleton;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockMode;
import org.advisorylock.tck.Task;

/** A singleton, which the container lets its readers share. */
@Singleton
@Lock(LockType.READ)
public class Rates {

    /** Beside other readers. */
    @AdvisoryLock(value = "rate:{id}", mode = LockMode.SHARED)
    public void read(int id, Task task) throws Exception {
        task.run();
    }

    /** Alone on all servers, for this rate; in this one the container lets it run beside others. */
    @AdvisoryLock("rate:{id}")
    public void write(int id, Task task) throws Exception {
        task.run();
    }

    /** Alone in this server, too. */
    @Lock(LockType.WRITE)
    @AdvisoryLock("rate:{id}")
    public void writeAlone(int id, Task task) throws Exception {
        task.run();
    }
}
