package org.advisorylock.tck.platform;

import jakarta.enterprise.context.ApplicationScoped;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.tck.Task;

/** A CDI bean that is called in somebody's transaction. */
@ApplicationScoped
public class PlainBean {
    /** Locked. */
    @AdvisoryLock("plain:{id}")
    public void run(int id, Task task) throws Exception {
        task.run();
    }
}
