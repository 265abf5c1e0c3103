package org.advisorylock.impl.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.advisorylock.AdvisoryLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An enterprise bean has its interceptors on every call, whether an annotation or a descriptor makes it one. */
class EjbJarTest {

    private static final String NAME = ListedDesk.class.getName();
    private static final String CLASS_FILE = NAME.replace('.', '/') + ".class";

    @TempDir
    Path folder;

    /** Its two methods make it a refused bean, because it has no normal scope. */
    public static class ListedDesk {
        @AdvisoryLock("k")
        public void locked() {}

        public void other() {}
    }

    /** Loads the class from the archive, though it is on the class path too. */
    private static final class ArchiveLoader extends URLClassLoader {
        ArchiveLoader(URL url) {
            super(new URL[] {url}, EjbJarTest.class.getClassLoader());
        }

        @Override
        public @Nullable URL getResource(String name) {
            return findResource(name);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            return name.equals(NAME) ? findClass(name) : super.loadClass(name, resolve);
        }
    }

    private static void copyClass(Path classes) throws IOException {
        Path target = classes.resolve(CLASS_FILE);
        Files.createDirectories(target.getParent());
        try (InputStream bytes = EjbJarTest.class.getResourceAsStream("/" + CLASS_FILE)) {
            Files.copy(bytes, target);
        }
    }

    private static void describe(Path descriptors, String content) throws IOException {
        Files.createDirectories(descriptors);
        Files.writeString(descriptors.resolve("ejb-jar.xml"), content);
    }

    private static String session(String type) {
        return """
               <ejb-jar xmlns="https://jakarta.ee/xml/ns/jakartaee" version="4.0">
                 <enterprise-beans>
                   <session>
                     <ejb-name>desk</ejb-name>
                     <ejb-class> %s </ejb-class>
                     <session-type>Stateless</session-type>
                   </session>
                 </enterprise-beans>
               </ejb-jar>
               """
                .formatted(type);
    }

    private static Set<String> problems(Path classes) throws Exception {
        try (ArchiveLoader archive = new ArchiveLoader(classes.toUri().toURL())) {
            CheckContext context = new CheckContext(() -> property -> Optional.empty(), Annotations::declared);
            return new BeanCheck(archive.loadClass(NAME), BeanKind.DEPENDENT, context).problems();
        }
    }

    @Test
    void theDescriptorOfAWarNamesIt() throws Exception {
        Path classes = folder.resolve("app.war/WEB-INF/classes");
        copyClass(classes);
        describe(folder.resolve("app.war/WEB-INF"), session(NAME));
        assertThat(problems(classes)).isEmpty();
    }

    @Test
    void theDescriptorOfAJarNamesIt() throws Exception {
        Path jar = folder.resolve("app.jar");
        try (FileSystem content = FileSystems.newFileSystem(jar, Map.of("create", "true"))) {
            copyClass(content.getPath("/"));
            describe(content.getPath("/META-INF"), session(NAME));
        }
        assertThat(problems(jar)).isEmpty();
    }

    @Test
    void withoutADescriptorThatNamesItItIsRefused() throws Exception {
        Path classes = folder.resolve("app.war/WEB-INF/classes");
        copyClass(classes);
        assertThat(problems(classes)).singleElement().asString().contains("ADVLOCK-0028");
        describe(folder.resolve("app.war/WEB-INF"), session("org.example.Other"));
        assertThat(problems(classes)).singleElement().asString().contains("ADVLOCK-0028");
        describe(folder.resolve("app.war/WEB-INF"), "<ejb-jar><broken>");
        assertThat(problems(classes)).singleElement().asString().contains("ADVLOCK-0028");
    }
}
