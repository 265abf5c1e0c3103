package org.advisorylock.benchmarks.peers;

import org.apache.curator.test.TestingServer;

/** The program of a ZooKeeper in a JVM of its own, which ends with the one that started it. */
final class ZooKeeper {

    private ZooKeeper() {}

    /** Answers with its port. */
    public static void main(String[] arguments) throws Exception {
        try (TestingServer server = new TestingServer()) {
            System.out.println(ChildProcess.ANSWER + server.getPort());
            while (System.in.read() >= 0) {
                // Nothing is asked of it.
            }
        }
        System.exit(0);
    }
}
