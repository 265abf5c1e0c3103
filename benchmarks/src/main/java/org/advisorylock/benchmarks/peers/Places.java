package org.advisorylock.benchmarks.peers;

import java.util.OptionalInt;

/**
 * Where the servers are, perhaps behind proxies.
 *
 * @param redis a port of this machine, empty if there is none
 * @param zooKeeper likewise
 */
record Places(String jdbcUrl, OptionalInt redis, OptionalInt zooKeeper) {}
