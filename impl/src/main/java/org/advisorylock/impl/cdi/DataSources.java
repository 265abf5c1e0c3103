package org.advisorylock.impl.cdi;

import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Default;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.literal.NamedLiteral;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.advisorylock.LockGuardException;
import org.advisorylock.impl.CallMessage;
import org.advisorylock.impl.plan.Settings;
import org.advisorylock.impl.postgres.LockDatabase;
import org.advisorylock.impl.session.Source;
import org.advisorylock.spi.Printable;
import org.jspecify.annotations.Nullable;

/**
 * Finds DataSources by name: first configured names, then {@code @Named} beans, then JNDI. The empty name is the
 * configured one, else the bean, else the server's default. A name in code may come from a request, so of these only
 * {@code java:} names are looked up in JNDI.
 */
final class DataSources {

    private static final String CONFIGURED = "advisorylock.datasource";
    private static final String DEFAULT = "java:comp/DefaultDataSource";

    /** For more names than this the library looks up each time. */
    private static final int MOST = 1000;

    private final Settings settings;
    private final Instance<DataSource> beans;
    private final Map<String, LockDatabase> byName = new ConcurrentHashMap<>();
    private final Map<LockDatabase, Boolean> ofTransactions = new ConcurrentHashMap<>();

    /** By identity. On some runtimes two DataSources are equal that lead to different databases. */
    private final Map<DataSource, LockDatabase> byDataSource = Collections.synchronizedMap(new IdentityHashMap<>());

    /** Names that have another meaning in each module. */
    private final Map<ClassLoader, Map<String, LockDatabase>> ofModules = new WeakHashMap<>();

    DataSources(Settings settings, Instance<DataSource> beans) {
        this.settings = settings;
        this.beans = beans;
    }

    /**
     * Finds the DataSource for a name in an annotation or in the configuration.
     *
     * @throws LockGuardException if there is none, or more than one and none is preferred, or if it is a group
     */
    LockDatabase find(String name) {
        LockDatabase known = byName.get(name);
        return known == null ? find(name, true) : known;
    }

    /** Finds the DataSource for a name in code; see {@link #find(String)}. */
    LockDatabase findInCode(String name) {
        LockDatabase known = byName.get(name);
        return known == null ? find(name, name.isEmpty()) : known;
    }

    private LockDatabase find(String name, boolean trusted) {
        requireNoObjection(name);
        String target =
                (name.isEmpty() ? settings.get(CONFIGURED) : settings.get(CONFIGURED + "." + name)).orElse(name);
        requireNoObjection(target);
        for (String asked : List.of(name, target)) {
            if (!settings.group(asked).isEmpty()) {
                throw new LockGuardException(
                        CallMessage.GROUP_IN_TRANSACTION.text("scope TRANSACTION", asked), List.of(), null);
            }
        }
        boolean mayLookUp = trusted || !target.equals(name) || Jndi.hasJavaScheme(name);
        DataSource dataSource = target.isEmpty() ? onlyBeanOrDefault() : lookUp(target, mayLookUp);
        if (target.startsWith("java:comp/env") || target.startsWith("java:module")) {
            return ofModule(target, dataSource);
        }
        LockDatabase found = byDataSource.get(dataSource);
        if (found == null) {
            LockDatabase made = new LockDatabase(target.isEmpty() ? "default" : target, dataSource);
            found = byDataSource.size() < MOST ? byDataSource.computeIfAbsent(dataSource, any -> made) : made;
        }
        if (byName.size() < MOST) {
            byName.put(name, found);
        }
        return found;
    }

    /**
     * A server may make a new object for each look-up. It shares the proof with others of the same name in the same
     * module, and is compared with it.
     */
    private LockDatabase ofModule(String target, DataSource dataSource) {
        LockDatabase same = byDataSource.get(dataSource);
        if (same != null) {
            return same;
        }
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        ClassLoader module = loader == null ? DataSources.class.getClassLoader() : loader;
        // In some applications enterprise beans of several modules have one class loader.
        String name = moduleName() + ' ' + target;
        synchronized (ofModules) {
            return ofModules
                    .computeIfAbsent(module, any -> new HashMap<>())
                    .computeIfAbsent(name, any -> new LockDatabase(target, dataSource))
                    .by(dataSource);
        }
    }

    private static String moduleName() {
        try {
            return String.valueOf(Jndi.lookUp("java:module/ModuleName"));
        } catch (NamingException none) {
            return "";
        }
    }

    private static void requireNoObjection(String name) {
        String objection = Jndi.objection(name);
        if (!objection.isEmpty()) {
            throw new LockGuardException(CallMessage.BAD_NAME.text(Printable.of(name), objection), List.of(), null);
        }
    }

    /**
     * The DataSource or group for session locks: the named one; without a name the configured one for them, else that
     * of transactions.
     */
    Source findForSessions(String name) {
        return findForSessions(name, true);
    }

    /** Finds the DataSource or group for a name in code; see {@link #findForSessions(String)}. */
    Source findForSessionsInCode(String name) {
        return findForSessions(name, name.isEmpty());
    }

    private Source findForSessions(String name, boolean trusted) {
        String own = name.isEmpty() ? settings.sessionDataSource().orElse("") : "";
        String asked = own.isEmpty() ? name : own;
        requireNoObjection(asked);
        List<Source.One> members = members(settings.group(asked));
        if (!members.isEmpty()) {
            return new Source.Several(asked, members, members(settings.formerGroup(asked)));
        }
        return one(trusted ? find(asked) : findInCode(asked), !own.isEmpty());
    }

    private List<Source.One> members(List<String> names) {
        return names.stream().map(member -> one(find(member), true)).toList();
    }

    private Source.One one(LockDatabase found, boolean forSessions) {
        return new Source.One(found, forSessions && !isOfTransactions(found));
    }

    private boolean isOfTransactions(LockDatabase found) {
        return ofTransactions.computeIfAbsent(found, any -> {
            try {
                return find("").mayBe(found);
            } catch (LockGuardException none) {
                return false;
            }
        });
    }

    private DataSource lookUp(String name, boolean mayLookUp) {
        Instance<DataSource> bean = beans.select(NamedLiteral.of(name));
        if (!bean.isResolvable() && !mayLookUp) {
            throw toNotFoundException(
                    name,
                    "there is no such bean, no such name is configured, and names that code gives are looked up in JNDI only if they begin with java:",
                    null);
        }
        return bean.isResolvable() ? get(bean, name) : lookUp(name);
    }

    private DataSource onlyBeanOrDefault() {
        Instance<DataSource> injected = beans.select(Default.Literal.INSTANCE);
        if (injected.isResolvable()) {
            return get(injected, "");
        }
        Instance<DataSource> any = beans.select(Any.Literal.INSTANCE);
        if (any.isResolvable()) {
            return get(any, "");
        }
        if (any.isAmbiguous()) {
            throw toNotFoundException(
                    "",
                    "several beans are DataSources, and @Inject DataSource finds none or more than one of them",
                    null);
        }
        return lookUp(DEFAULT);
    }

    private static DataSource get(Instance<DataSource> bean, String name) {
        DataSource dataSource = bean.get();
        if (dataSource == null) {
            throw toNotFoundException(name, "the producer of that bean gave null", null);
        }
        return dataSource;
    }

    private static DataSource lookUp(String name) {
        try {
            Object found = Jndi.lookUp(name);
            if (found instanceof DataSource dataSource) {
                return dataSource;
            }
            throw toNotFoundException(
                    name,
                    "in JNDI it is "
                            + (found == null ? "null" : "a " + found.getClass().getName()),
                    null);
        } catch (NamingException e) {
            throw toNotFoundException(name, "there is no such bean, and JNDI says: " + e, e);
        }
    }

    private static LockGuardException toNotFoundException(String name, String why, @Nullable Throwable cause) {
        return new LockGuardException(CallMessage.NO_DATA_SOURCE.text(name, why), List.of(), cause);
    }
}
