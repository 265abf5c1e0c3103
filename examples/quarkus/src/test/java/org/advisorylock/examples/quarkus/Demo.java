package org.advisorylock.examples.quarkus;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** Starts a database and two nodes, and ends them at Enter or Ctrl-C. */
public final class Demo {

    private Demo() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (JarProcess a = JarProcess.start("a");
                JarProcess b = JarProcess.start("b")) {
            System.out.printf(
                    "Open %s and %s, two nodes on one database. Enter or Ctrl-C here ends them.%n", a.url(), b.url());
            if (System.in.read() < 0) {
                // No terminal: a signal ends it.
                new CountDownLatch(1).await();
            }
        }
    }
}
