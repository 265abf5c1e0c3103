package org.advisorylock.tck.weld;

import java.io.File;
import java.net.URL;
import java.util.Map;
import org.jboss.shrinkwrap.api.ArchivePath;
import org.jboss.shrinkwrap.api.Filters;
import org.jboss.shrinkwrap.api.Node;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.JavaArchive;

/**
 * The packaged jar of the library, as a user has it. It must be imported: a jar that is added as a file is opaque to
 * the embedded container, which then does not enable the interceptor and says nothing.
 */
final class LibraryJar {

    private LibraryJar() {}

    static JavaArchive at(String path) {
        File file = new File(path);
        if (!file.isFile()) {
            throw new IllegalStateException(WeldArchiveCompleter.LIBRARY + " is '" + path
                    + "'; it must be the packaged jar of the library, or none");
        }
        JavaArchive jar = ShrinkWrap.create(ZipImporter.class, file.getName())
                .importFrom(file)
                .as(JavaArchive.class);
        requireLoadedFrom(file, jar);
        return jar;
    }

    /**
     * The container takes the list of classes from the archive and loads them by the class path, where they could be
     * others.
     */
    private static void requireLoadedFrom(File file, JavaArchive jar) {
        Map<ArchivePath, Node> classes = jar.getContent(Filters.include(".*\\.class"));
        if (classes.isEmpty()) {
            throw new IllegalStateException(file + " has no classes");
        }
        String expected = "jar:" + file.toURI() + "!";
        for (ArchivePath path : classes.keySet()) {
            URL found = LibraryJar.class.getResource(path.get());
            if (found == null || !found.toString().equals(expected + path.get())) {
                throw new IllegalStateException(
                        path.get() + " would be loaded from " + found + " and not from " + file);
            }
        }
    }
}
