package io.parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is typed wrongly gets one line that says what was expected, and nobody is bothered with it. */
class UsageTest {

    @TempDir
    Path mesh;

    private final Screen screen = new Screen();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "peer",
                "peers",
                "request",
                "send",
                "publish",
                "subscribe",
                "survey",
                "registrar",
                "router"
            })
    void everyCommandHasHelp(String command) {
        assertThat(screen.run(command, "--help")).isZero();
        assertThat(screen.lines().get(0)).startsWith("Usage: parley " + command);
        assertThat(screen.remarks()).isEmpty();
    }

    @Test
    void helpTellsTheExitCodes() {
        assertThat(screen.run("--help")).isZero();
        assertThat(String.join("\n", screen.lines()))
                .contains("Exit codes:", "2   wrong usage", "3   timed out", "4   not found", "130   ended by Ctrl-C");
    }

    @Test
    void theVersionIsTold() {
        assertThat(screen.run("--version")).isZero();
        assertThat(screen.lines())
                .singleElement()
                .asString()
                .startsWith("parley ")
                .doesNotContain("$", "unknown");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|expected a command: demo, peer",
                "ask|'ask'",
                "request|CHANNEL",
                "request Orders {}|owner/name",
                "request orders/place|expected a payload",
                "request orders/place {\"id\":|expected JSON, but line 1, column 7",
                "request orders/place {} {}|'{}'",
                "request orders/place {} --file x|not both",
                "request orders/place --file /no/such/file|there is no /no/such/file",
                "request orders/place --file /|is a directory",
                "request orders/place {} --timeout 2|500ms, 2s or 1m, not '2'",
                "peers --discovery zookeeper|expected local, consul, consul=URL or at=HOST:PORT as discovery, not 'zookeeper'",
                "peers --discovery at=10.0.0.7|expected an address such as tcp://10.0.0.7:7001, not '10.0.0.7'",
                "demo --discovery at=10.0.0.7:7001|need a registry",
                "peers --discovery consul=|Not an address of Consul",
                "peers --discovery consul=ftp://x|neither http:// nor https://",
                "peers --discovery consul=http://x --mesh a/b|a name, no directory: a/b",
                "peers --discovery consul=http://x --mesh Shop|\"Shop-\"",
                "demo --discovery zookeeper|'zookeeper'",
                "request orders/place {} --timeout 0s|500ms, 2s or 1m, not '0s'",
                "request orders/place {} --count 0|whole number",
                "request orders/place {} --rate -1|messages a second",
                "request orders/place {} --mesh a$b|Not a mesh's name",
                "publish orders/events {} --aggregate order|type:id",
                "registrar|--config",
                "registrar --config x --discovery at=a:1|needs a registry",
                "peer orders --port 70000|between 0 and 65535, not 70000",
                "peer waitress|one of customer, notification",
                "peer orders --instance a/b|Not an instance name",
                "peer customer --orders /no/such/file|/no/such/file",
                "demo --orders /no/such/file|/no/such/file",
                "demo --for ever|500ms, 2s or 1m, not 'ever'",
                "peers Orders|Not a service name",
                "watch --kind note|expected as kind one of document, command, event, not 'note'",
                "watch --style ask|expected as style one of one-way, request, publish, survey, not 'ask'",
                "watch --outcome good|expected as outcome one of done, failed, faulted, refused, timed-out, lost, not 'good'",
                "router --at 7000|expected a host and a port such as 127.0.0.1:7000, not '7000'",
                "router --at 127.0.0.1:70000|not '127.0.0.1:70000'",
                "router --publish-port -1|expected a port from 0 to 65535, not '-1'",
                "router --discovery at=127.0.0.1:7000|a router needs a registry",
                "router --name Router|Not a service name",
                "router --instance a/b|Not an instance name",
                "router --at 0.0.0.0:7000|advertisedHost",
                "router --max-message 65|maxMessageBytes is out of range",
            })
    void wrongUsageIsToldInOneLine(String line, String expected) {
        String[] arguments = line == null ? new String[0] : line.split(" ");
        assertThat(screen.run(arguments)).isEqualTo(ExitCode.WRONG_USAGE);
        screen.hasOneRemark(expected);
    }

    @Test
    void nobodyIsThereInAnEmptyMesh() {
        assertThat(screen.run("peers", "--mesh", mesh.toString())).isEqualTo(ExitCode.NOT_FOUND);
        screen.hasOneRemark("Nobody");
    }
}
