package org.advisorylock.impl.plan;

import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.annotation.HandlesTypes;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.annotation.AnnotationFormatError;
import java.util.List;
import java.util.Set;
import org.advisorylock.AdvisoryLock;
import org.advisorylock.LockGuardException;
import org.advisorylock.impl.DeploymentMessage;
import org.jspecify.annotations.Nullable;

/**
 * Fails the deployment of a web application if a class that is no bean has the annotation. CDI may not see such a
 * class. Only a servlet container loads this class.
 */
@HandlesTypes(AdvisoryLock.class)
public class ServletClassCheck implements ServletContainerInitializer {

    private static final Logger LOGGER = System.getLogger("org.advisorylock");

    @Override
    public void onStartup(@Nullable Set<Class<?>> classes, ServletContext context) {
        List<String> problems = problems(classes == null ? Set.of() : classes);
        if (!problems.isEmpty()) {
            // Open Liberty shows the reason of a failed start only in its messages.log.
            problems.forEach(problem -> LOGGER.log(Level.ERROR, problem));
            // No ServletException: Open Liberty logs one, and starts the application all the same.
            throw new LockGuardException(String.join("\n", problems), List.of(), null);
        }
    }

    /** The mistakes of classes that have the annotation, on themselves or on a method. */
    static List<String> problems(Set<Class<?>> classes) {
        return classes.stream()
                .filter(type -> !whyNoBean(type).isEmpty())
                .map(type -> DeploymentMessage.NO_BEAN.text(type.getName(), whyNoBean(type)))
                .sorted()
                .toList();
    }

    private static String whyNoBean(Class<?> type) {
        try {
            return NoBeanCheck.why(type);
        } catch (LinkageError | TypeNotPresentException | AnnotationFormatError unreadable) {
            // One of its types is missing, so nobody can create an instance of it.
            return "";
        }
    }
}
