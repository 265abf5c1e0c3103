package org.advisorylock.testbed;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Where a server is and who logs in.
 *
 * @param url without user and password
 */
record JdbcAddress(String url, String user, String password) {

    private static final Predicate<String> LOGIN =
            parameter -> parameter.startsWith("user=") || parameter.startsWith("password=");

    /** Reads an address. User and password are in the URL or in variables of their own, which come first. */
    static JdbcAddress parse(String url, Map<String, String> environment) {
        PGSimpleDataSource parsed = parsed(url);
        return new JdbcAddress(
                withoutLogin(url),
                environment.getOrDefault(
                        "LOCKS_TEST_JDBC_USER", Objects.requireNonNullElse(parsed.getUser(), "postgres")),
                environment.getOrDefault(
                        "LOCKS_TEST_JDBC_PASSWORD", Objects.requireNonNullElse(parsed.getPassword(), "")));
    }

    private static PGSimpleDataSource parsed(String url) {
        PGSimpleDataSource parsed = new PGSimpleDataSource();
        try {
            parsed.setUrl(url);
        } catch (IllegalArgumentException e) {
            // The message of the exception has the URL, and perhaps the password in it.
            throw new IllegalStateException(
                    "LOCKS_TEST_JDBC_URL is not of the form jdbc:postgresql://host:port/database");
        }
        return parsed;
    }

    private static String withoutLogin(String url) {
        int query = url.indexOf('?');
        if (query < 0) {
            return url;
        }
        String kept = Arrays.stream(url.substring(query + 1).split("&", -1))
                .filter(LOGIN.negate())
                .collect(Collectors.joining("&"));
        return kept.isEmpty() ? url.substring(0, query) : url.substring(0, query) + "?" + kept;
    }

    /** The URL as it may be printed: other parameters may be secrets too. */
    String printable() {
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query);
    }

    /** The URL of another database of the server. */
    String url(String database) {
        int query = url.indexOf('?');
        int hosts = url.indexOf("//");
        String server = hosts < 0
                ? "jdbc:postgresql://" + host() + ":" + port()
                : url.substring(0, url.indexOf('/', hosts + 2));
        return server + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8)
                + (query < 0 ? "" : url.substring(query));
    }

    String host() {
        return parsed(url).getServerNames()[0];
    }

    int port() {
        int port = parsed(url).getPortNumbers()[0];
        return port == 0 ? 5432 : port;
    }

    String database() {
        return Objects.requireNonNullElse(parsed(url).getDatabaseName(), user);
    }

    @Override
    public String toString() {
        return printable();
    }
}
