package org.advisorylock.impl.faults;

import java.io.IOException;
import org.advisorylock.testbed.TcpProxy;

/** A JVM that stands in the election, with a proxy of its own in front of the database. */
final class Stand implements AutoCloseable {

    /** Settings that a leader should have, so that its work also ends when the network swallows everything. */
    private static final String OPTIONS = "user=postgres&connectTimeout=2&loginTimeout=10&socketTimeout=2"
            + "&targetServerType=primary&hostRecheckSeconds=1";

    private final String url;
    private final TcpProxy proxy;
    private String name = "";
    private SecondJvm jvm;
    private int incarnation;

    private Stand(String url, TcpProxy proxy, String name) throws IOException {
        this.url = url;
        this.proxy = proxy;
        jvm = launch(name);
    }

    /** May also reach another server directly, once that one is the primary. */
    static Stand of(String name, OwnServer server, OwnServer... others) throws IOException {
        TcpProxy proxy = TcpProxy.to("127.0.0.1", server.port());
        StringBuilder hosts = new StringBuilder("127.0.0.1:" + proxy.port());
        for (OwnServer other : others) {
            hosts.append(",127.0.0.1:").append(other.port());
        }
        return new Stand("jdbc:postgresql://" + hosts + "/postgres?" + OPTIONS, proxy, name);
    }

    private SecondJvm launch(String name) throws IOException {
        this.name = name;
        SecondJvm started = SecondJvm.start("stand", url, name);
        started.await("READY");
        return started;
    }

    String name() {
        return name;
    }

    SecondJvm jvm() {
        return jvm;
    }

    TcpProxy proxy() {
        return proxy;
    }

    /** A new JVM takes over its name. */
    void startAgain() throws IOException {
        jvm.close();
        jvm = launch(name.charAt(0) + Integer.toString(++incarnation));
    }

    /** When its term was revoked. */
    long awaitRevoked(long term) {
        String line = "REVOKED " + term + " AT ";
        Await.until(name + " was not told that term " + term + " has ended", () -> !jvm.said(line)
                .isEmpty());
        return Long.parseLong(jvm.said(line).get(0));
    }

    @Override
    public void close() throws IOException {
        jvm.close();
        proxy.close();
    }
}
