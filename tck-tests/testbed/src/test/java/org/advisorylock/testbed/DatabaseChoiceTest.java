package org.advisorylock.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Map;
import org.advisorylock.testbed.TestDatabase.Origin;
import org.junit.jupiter.api.Test;

class DatabaseChoiceTest {

    private static final String URL = "jdbc:postgresql://127.0.0.1:1/app?password=hunter2&sslmode=disable&user=me";

    @Test
    void theUrlComesFirstThenTheContainerThenTheBinaries() {
        assertThat(choose(true, "LOCKS_TEST_JDBC_URL", URL)).isEqualTo(Origin.EXTERNAL);
        assertThat(choose(true, "LOCKS_TEST_DB", "auto")).isEqualTo(Origin.CONTAINER);
        assertThat(choose(false, "LOCKS_TEST_DB", "auto")).isEqualTo(Origin.EMBEDDED);
    }

    @Test
    void aKindThatIsNamedIsTakenWhateverElseThereIs() {
        assertThat(choose(true, "LOCKS_TEST_DB", "embedded")).isEqualTo(Origin.EMBEDDED);
        assertThat(choose(false, "LOCKS_TEST_DB", "container")).isEqualTo(Origin.CONTAINER);
    }

    @Test
    void aWordThatIsNoKindIsRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> choose(true, "LOCKS_TEST_DB", "docker"))
                .withMessageContaining("'docker'");
    }

    @Test
    void externalWithoutUrlIsAFailureAndNoFallback() {
        assertThatIllegalStateException()
                .isThrownBy(() -> choose(true, "LOCKS_TEST_DB", "external"))
                .withMessageContaining("LOCKS_TEST_JDBC_URL is not set");
    }

    @Test
    void aUrlThatCannotBeReachedIsAFailureThatShowsNoPassword() {
        DatabaseChoice choice = DatabaseChoice.of(Map.of("LOCKS_TEST_JDBC_URL", URL), () -> true);
        assertThatIllegalStateException()
                .isThrownBy(choice::open)
                .withMessageContaining("EXTERNAL")
                .withMessageContaining("refused")
                .withMessageNotContaining("hunter2");
    }

    @Test
    void userAndPasswordAreTakenOutOfTheUrl() {
        JdbcAddress address = JdbcAddress.parse(URL, Map.of());
        assertThat(address)
                .isEqualTo(new JdbcAddress("jdbc:postgresql://127.0.0.1:1/app?sslmode=disable", "me", "hunter2"));
        assertThat(address.printable()).isEqualTo("jdbc:postgresql://127.0.0.1:1/app");
        assertThat(address.host() + " " + address.port() + " " + address.database())
                .isEqualTo("127.0.0.1 1 app");
    }

    @Test
    void userAndPasswordOfTheirOwnVariablesWin() {
        JdbcAddress address =
                JdbcAddress.parse(URL, Map.of("LOCKS_TEST_JDBC_USER", "you", "LOCKS_TEST_JDBC_PASSWORD", "open"));
        assertThat(address.user() + "/" + address.password()).isEqualTo("you/open");
    }

    @Test
    void anotherDatabaseOfTheServerHasTheSameWay() {
        assertThat(JdbcAddress.parse(URL, Map.of()).url("b c"))
                .isEqualTo("jdbc:postgresql://127.0.0.1:1/b+c?sslmode=disable");
        assertThat(JdbcAddress.parse("jdbc:postgresql://one,other:2/", Map.of()).url("b"))
                .isEqualTo("jdbc:postgresql://one,other:2/b");
        assertThat(JdbcAddress.parse("jdbc:postgresql:app", Map.of()).url("b"))
                .isEqualTo("jdbc:postgresql://localhost:5432/b");
    }

    private static Origin choose(boolean engineAnswers, String name, String value) {
        return DatabaseChoice.of(Map.of(name, value), () -> engineAnswers).kind();
    }
}
