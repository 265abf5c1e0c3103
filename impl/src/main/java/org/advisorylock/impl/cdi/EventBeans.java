package org.advisorylock.impl.cdi;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.advisorylock.LockEvent;
import org.advisorylock.LockEvent.Acquired;
import org.advisorylock.LockEvent.Elected;
import org.advisorylock.LockEvent.LockOutcome;
import org.advisorylock.LockEvent.Lost;
import org.advisorylock.LockEvent.NotAcquired;
import org.advisorylock.LockEvent.Released;
import org.advisorylock.LockEvent.Retried;
import org.advisorylock.LockEvent.Revoked;
import org.advisorylock.LockEvent.WaitPlace;
import org.advisorylock.LockListener;
import org.advisorylock.LockMode;
import org.advisorylock.LockScope;
import org.advisorylock.impl.event.LockEvents;

/** Finds those who listen: beans, services and observers. */
@Dependent
class EventBeans {

    // By type, because a container that removes unused beans keeps all that an Instance could give.
    @Inject
    @Any
    Instance<LockListener> beans;

    @Inject
    Event<LockEvent> observers;

    @Inject
    BeanManager container;

    /** Decides now whether anybody listens. The beans are made later, because they may use the library. */
    LockEvents find(LongSupplier nanoClock) {
        List<LockListener> services = new ArrayList<>();
        ServiceLoader.load(LockListener.class).forEach(services::add);
        boolean observed = isObserved();
        boolean heard = observed || !services.isEmpty() || !beans.isUnsatisfied();
        return new LockEvents(
                heard,
                () -> {
                    List<LockListener> all = new ArrayList<>(services);
                    beans.forEach(all::add);
                    if (observed) {
                        all.add(observers::fire);
                    }
                    return all;
                },
                nanoClock);
    }

    /** Whether there is an observer for any kind of event. */
    private boolean isObserved() {
        return Stream.of(
                        new Acquired("", LockScope.SESSION, LockMode.SHARED, 1, Duration.ZERO, WaitPlace.NONE),
                        new NotAcquired(
                                "", LockScope.SESSION, LockMode.SHARED, 1, Duration.ZERO, LockOutcome.ERROR, null),
                        new Retried("", LockScope.SESSION, LockMode.SHARED, 1, 1),
                        new Released("", LockScope.SESSION, LockMode.SHARED, 1, Duration.ZERO),
                        new Lost("", LockScope.SESSION, LockMode.SHARED, 1, Duration.ZERO),
                        new Elected("", 1),
                        new Revoked("", 1, Duration.ZERO))
                .anyMatch(event ->
                        container.resolveObserverMethods(event).stream().anyMatch(observer -> !observer.isAsync()));
    }
}
