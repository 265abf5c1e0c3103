package org.advisorylock.impl.cdi;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Default;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.literal.NamedLiteral;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.advisorylock.LockGuardException;
import org.advisorylock.impl.Message;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.session.Source;
import org.jspecify.annotations.Nullable;

/**
 * Finds DataSources by name: configured names, then {@code @Named} beans, then JNDI. The empty name is the configured one, else the
 * bean, else the server's default.
 */
final class DataSources {

    private static final String CONFIGURED = "advisorylock.datasource";
    private static final String DEFAULT = "java:comp/DefaultDataSource";

    private final Settings settings;
    private final Instance<Object> beans;
    private final Map<String, LockDatabase> byName = new ConcurrentHashMap<>();
    private final Map<LockDatabase, Boolean> ofTransactions = new ConcurrentHashMap<>();
    private final Map<DataSource, LockDatabase> byDataSource = new ConcurrentHashMap<>();

    DataSources(Settings settings, Instance<Object> beans) {
        this.settings = settings;
        this.beans = beans;
    }

    /** @throws LockGuardException if there is none, or more than one and none preferred, or it is a group of them */
    LockDatabase find(String name) {
        LockDatabase known = byName.get(name);
        if (known != null) {
            return known;
        }
        String target =
                (name.isEmpty() ? settings.get(CONFIGURED) : settings.get(CONFIGURED + "." + name)).orElse(name);
        for (String asked : List.of(name, target)) {
            if (!settings.group(asked).isEmpty()) {
                throw new LockGuardException(
                        Message.GROUP_IN_TRANSACTION.text("scope TRANSACTION", asked), List.of(), null);
            }
        }
        DataSource dataSource = target.isEmpty() ? onlyBeanOrDefault() : named(target);
        String shown = target.isEmpty() ? "default" : target;
        LockDatabase found = byDataSource.computeIfAbsent(dataSource, any -> new LockDatabase(shown, dataSource));
        // These names stand for something else in each module of an application.
        if (!target.startsWith("java:comp/env") && !target.startsWith("java:module")) {
            byName.put(name, found);
        }
        return found;
    }

    /** The one for session locks, or the group of them: the named one; without a name the one configured for them, else that of transactions. */
    Source findForSessions(String name) {
        String own = name.isEmpty() ? settings.sessionDataSource().orElse("") : "";
        String asked = own.isEmpty() ? name : own;
        List<Source.One> members =
                settings.group(asked).stream().map(member -> one(member, true)).toList();
        return members.isEmpty() ? one(asked, !own.isEmpty()) : new Source.Several(asked, members);
    }

    private Source.One one(String name, boolean forSessions) {
        LockDatabase found = find(name);
        return new Source.One(found, forSessions && !isOfTransactions(found));
    }

    private boolean isOfTransactions(LockDatabase found) {
        return ofTransactions.computeIfAbsent(found, any -> {
            try {
                return find("") == found;
            } catch (LockGuardException none) {
                return false;
            }
        });
    }

    private DataSource named(String name) {
        Instance<DataSource> bean = beans.select(DataSource.class, NamedLiteral.of(name));
        return bean.isResolvable() ? bean.get() : lookUp(name);
    }

    private DataSource onlyBeanOrDefault() {
        Instance<DataSource> injected = beans.select(DataSource.class, Default.Literal.INSTANCE);
        if (injected.isResolvable()) {
            return injected.get();
        }
        Instance<DataSource> any = beans.select(DataSource.class, Any.Literal.INSTANCE);
        if (any.isResolvable()) {
            return any.get();
        }
        if (any.isAmbiguous()) {
            throw notFound(
                    "",
                    "several beans are DataSources, and @Inject DataSource finds none or more than one of them",
                    null);
        }
        return lookUp(DEFAULT);
    }

    private static DataSource lookUp(String name) {
        try {
            Object found = Jndi.lookUp(name);
            if (found instanceof DataSource dataSource) {
                return dataSource;
            }
            throw notFound(
                    name,
                    "in JNDI it is "
                            + (found == null ? "null" : "a " + found.getClass().getName()),
                    null);
        } catch (NamingException e) {
            throw notFound(name, "there is no such bean, and JNDI says: " + e, e);
        }
    }

    private static LockGuardException notFound(String name, String why, @Nullable Throwable cause) {
        return new LockGuardException(Message.NO_DATA_SOURCE.text(name, why), List.of(), cause);
    }
}
