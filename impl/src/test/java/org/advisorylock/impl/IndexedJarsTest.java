package org.advisorylock.impl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Objects;
import org.advisorylock.AdvisoryLock;
import org.junit.jupiter.api.Test;

/**
 * Quarkus takes the annotation and the beans from an index in each jar. Without it the build of an application fails.
 */
class IndexedJarsTest {

    /** The first bytes of an index of Jandex; then comes the version of its format. */
    private static final int MAGIC = 0xBABE1F15;

    /** That of Jandex 3.0, which all later ones read. */
    private static final int VERSION = 11;

    @Test
    void theApiHasAnIndex() throws IOException {
        requireIndex(AdvisoryLock.class);
    }

    @Test
    void theLibraryHasAnIndex() throws IOException {
        requireIndex(Message.class);
    }

    private static void requireIndex(Class<?> type) throws IOException {
        String path = type.getName().replace('.', '/') + ".class";
        String here =
                Objects.requireNonNull(type.getClassLoader().getResource(path)).toString();
        URI index = URI.create(here.substring(0, here.length() - path.length()) + "META-INF/jandex.idx");
        try (InputStream file = index.toURL().openStream();
                DataInputStream content = new DataInputStream(file)) {
            assertThat(content.readInt()).isEqualTo(MAGIC);
            assertThat(content.readByte()).isEqualTo((byte) VERSION);
        }
    }
}
