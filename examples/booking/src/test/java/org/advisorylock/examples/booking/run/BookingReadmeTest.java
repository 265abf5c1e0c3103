package org.advisorylock.examples.booking.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What README.md of this example states, and a machine can check. */
class BookingReadmeTest {
    private static final String README = read("README.md");

    @Test
    void theCommandsNameProfilesOfThisModule() {
        List<String> profiles = all("mvn -q -P(\\S+) -pl examples/booking -am verify", README).stream()
                .flatMap(list -> Arrays.stream(list.split(",", -1)))
                .toList();
        assertThat(profiles).contains("demo", "load", "booking-wildfly", "booking-payara");
        assertThat(all("<profile>\\s*<id>([^<]+)</id>", read("pom.xml"))).containsAll(profiles);
    }

    @Test
    void everyLinkLeadsSomewhere() {
        assertThat(all("]\\((?!https?:)([^)#]+)[^)]*\\)", README))
                .isNotEmpty()
                .allSatisfy(link -> assertThat(Path.of(link)).exists());
    }

    @Test
    void theNumbersAreThoseOfTheClients() {
        assertThat(README)
                .contains(String.format(Locale.ROOT, "%,d bookings", Clients.BOOKINGS))
                .contains(Clients.SEATS + " seats");
    }

    private static List<String> all(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
