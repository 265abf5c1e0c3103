package org.advisorylock.tck.platform;

import jakarta.ejb.Remove;
import jakarta.ejb.Stateful;
import java.util.ArrayList;
import java.util.List;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.tck.Task;

/** A stateful bean with the annotation on its class. */
@Stateful
@AdvisoryLock("stock:{0}")
public class Cart {

    private final List<Integer> articles = new ArrayList<>();

    /** Locks as the class says. */
    public int add(int article, Task task) throws Exception {
        task.run();
        articles.add(article);
        return articles.size();
    }

    /** Locks as it says itself, and ends the bean. */
    @Remove
    @AdvisoryLock("order:{id}")
    public List<Integer> order(int id, Task task) throws Exception {
        task.run();
        return articles;
    }
}
