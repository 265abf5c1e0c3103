package org.advisorylock.testbed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A way to the database that counts, and that can be blocked or cut. It relays connections to a loopback port. It
 * counts a round trip each time a client sends after the server has sent, or for the first time.
 */
public final class TcpProxy implements AutoCloseable {

    private final String host;
    private volatile int port;
    private final ServerSocket listener;
    private final List<Relay> relays = new CopyOnWriteArrayList<>();
    private final Gate gate = new Gate();
    private final Thread acceptor;

    private TcpProxy(String host, int port) throws IOException {
        this.host = host;
        this.port = port;
        listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        acceptor = new Thread(this::accept, "proxy-acceptor");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    /** A proxy in front of the test database. */
    public static TcpProxy toDatabase() throws IOException {
        return to(TestDatabase.get().host(), TestDatabase.get().port());
    }

    /** A proxy in front of any server. */
    public static TcpProxy to(String host, int port) throws IOException {
        return new TcpProxy(host, port);
    }

    /** The port that it listens on, at 127.0.0.1. */
    public int port() {
        return listener.getLocalPort();
    }

    /** The URL of the test database through this proxy. */
    public String jdbcUrl() {
        String url = TestDatabase.get().jdbcUrl();
        int query = url.indexOf('?');
        return "jdbc:postgresql://127.0.0.1:" + port() + "/"
                + TestDatabase.get().database() + (query < 0 ? "" : url.substring(query));
    }

    /** Another URL of that server through this proxy. */
    public String jdbcUrl(String direct) {
        return "jdbc:postgresql://127.0.0.1:" + port()
                + direct.substring(direct.indexOf('/', direct.indexOf("//") + 2));
    }

    /** How many round trips there were on all connections, opening them included. */
    public long roundTrips() {
        return relays.stream().mapToLong(Relay::roundTrips).sum();
    }

    /** Makes each message take this long, in both directions. */
    public void delay(Duration time) {
        gate.delay(time);
    }

    /** Lets nothing through, in either direction, and tells nobody. When it ends, what was sent goes on. */
    public void blackhole(boolean on) {
        gate.close(on);
    }

    /** Leads new connections to another server on the same host, like a name that moves. */
    public void leadTo(int other) {
        port = other;
    }

    /** Closes all connections at once. New ones are possible. */
    public void cut() {
        relays.forEach(Relay::close);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                relay(listener.accept());
            } catch (IOException closedOrNoServer) {
                // Either this proxy ends, or the client has lost its connection and notices by itself.
            }
        }
    }

    // The relay closes both.
    @SuppressWarnings("resource")
    private void relay(Socket client) throws IOException {
        try {
            relays.add(Relay.start(client, new Socket(host, port), gate));
        } catch (IOException e) {
            client.close();
            throw e;
        }
    }

    /** Ends all connections and threads. */
    @Override
    public void close() throws IOException {
        listener.close();
        try {
            acceptor.join();
            gate.close(false);
            cut();
            for (Relay relay : relays) {
                relay.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the proxy ended", e);
        }
    }
}
