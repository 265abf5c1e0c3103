package org.advisorylock.testbed;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** One connection of a {@link TcpProxy}: a thread for each direction. */
final class Relay {

    private final Socket client;
    private final Socket server;
    private final Gate gate;
    private final AtomicLong roundTrips = new AtomicLong();
    private final AtomicBoolean clientSpoke = new AtomicBoolean();
    private final Thread up;
    private final Thread down;

    private Relay(Socket client, Socket server, Gate gate) throws IOException {
        this.client = client;
        this.server = server;
        this.gate = gate;
        // Otherwise small messages would wait for the acknowledgement of others.
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        up = new Thread(() -> pump(client, server, true), "proxy-up");
        down = new Thread(() -> pump(server, client, false), "proxy-down");
    }

    static Relay start(Socket client, Socket server, Gate gate) throws IOException {
        Relay relay = new Relay(client, server, gate);
        relay.up.setDaemon(true);
        relay.down.setDaemon(true);
        relay.up.start();
        relay.down.start();
        return relay;
    }

    long roundTrips() {
        return roundTrips.get();
    }

    private void pump(Socket from, Socket to, boolean fromClient) {
        byte[] buffer = new byte[16 * 1024];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                gate.pass();
                if (clientSpoke.getAndSet(fromClient) != fromClient && fromClient) {
                    roundTrips.incrementAndGet();
                }
                out.write(buffer, 0, count);
                out.flush();
            }
            // In a black hole nobody sees the end of a connection, either.
            gate.pass();
        } catch (IOException | InterruptedException ended) {
            // One side is gone; closing the other tells it.
        } finally {
            close();
        }
    }

    void close() {
        closeQuietly(client);
        closeQuietly(server);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void join() throws InterruptedException {
        up.join();
        down.join();
    }
}
