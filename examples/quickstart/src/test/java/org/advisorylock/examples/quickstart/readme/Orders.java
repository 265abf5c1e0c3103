package org.advisorylock.examples.quickstart.readme;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockKey;

@ApplicationScoped
@Transactional
public class Orders {
    // tag::lock-key[]
    public record Customer(long id) {}

    public record Order(long id, Customer customer) {}

    @AdvisoryLock("order") // "order:42"
    public void ship(@LockKey long id) {}

    @AdvisoryLock("customer") // "customer:7"
    public void place(@LockKey("customer.id") Order order) {}

    @AdvisoryLock("customer:{order.customer.id}") // the same key
    public void cancel(Order order) {}
    // end::lock-key[]

    // tag::collection[]
    @AdvisoryLock("seat:{seats}") // "seat:11", "seat:12", ...: all of them, or none
    public void reserve(List<Integer> seats) {}
    // end::collection[]
}
