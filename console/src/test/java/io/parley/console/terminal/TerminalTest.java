package io.parley.console.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.console.terminal.Terminal.Ink;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTest {

    private static final String HOSTILE = "a\u001b[2Jb\u009b31mc\r\nd\te\u202ef\u001b[35mg";
    private static final String HARMLESS = "a\\u001b[2Jb\\u009b31mc\\r\\nd\\te\\u202ef";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Terminal terminal(boolean hasColour) {
        return new Terminal(
                InputStream.nullInputStream(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                hasColour);
    }

    @Test
    void whateverIsWrittenTakesOneLineAndHoldsNoOrder() {
        Terminal terminal = terminal(false);
        terminal.print(HOSTILE);
        terminal.say(HOSTILE);
        terminal.complain(HOSTILE);
        terminal.print(terminal.paint(HOSTILE, Ink.RED));

        String line = HARMLESS + "\\u001b[35mg";
        assertThat(out.toString(StandardCharsets.UTF_8).lines()).containsExactly(line, line);
        assertThat(err.toString(StandardCharsets.UTF_8).lines()).containsExactly(line, line);
    }

    @Test
    void onlyWhatIsPaintedHereHasColour() {
        Terminal terminal = terminal(true);
        terminal.print(terminal.paint(HOSTILE, Ink.RED) + " " + terminal.paint("fine", Ink.DIM));
        terminal.complain(HOSTILE);

        String painted = "\u001b[31m" + HARMLESS + "\\u001b[35mg\u001b[0m";
        assertThat(out.toString(StandardCharsets.UTF_8).lines()).containsExactly(painted + " \u001b[2mfine\u001b[0m");
        assertThat(err.toString(StandardCharsets.UTF_8).lines()).containsExactly(painted);
    }

    @Test
    void aTraceHasALineForEachFrameAndNoneThatAStrangerForged() {
        terminal(false).sayTrace(new IllegalStateException("said:\nparley: all is well\u001b[2J"));

        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .anyMatch(line -> line.contains("said:\\nparley: all is well\\u001b[2J"))
                .anyMatch(line -> line.startsWith("    at io.parley.console"))
                .noneMatch(line -> line.startsWith("parley:"));
    }

    @Test
    void whoWantsNoColourStillHasAScreen() {
        Terminal terminal = Terminal.ofProcess(true, Map.of("TERM", "xterm", "NO_COLOR", "1"));

        assertThat(terminal.hasColour()).isFalse();
        assertThat(terminal.isScreen()).isTrue();
        assertThat(terminal.isSeen()).isTrue();
    }

    @Test
    void aDumbOneIsSeenButHasNeitherScreenNorColour() {
        Terminal terminal = Terminal.ofProcess(true, Map.of("TERM", "dumb"));

        assertThat(terminal.hasColour()).isFalse();
        assertThat(terminal.isScreen()).isFalse();
        assertThat(terminal.isSeen()).isTrue();
    }

    @Test
    void aPipeIsNoTerminalWhateverItsName() {
        Terminal terminal = Terminal.ofProcess(false, Map.of("TERM", "xterm"));

        assertThat(terminal.hasColour()).isFalse();
        assertThat(terminal.isScreen()).isFalse();
        assertThat(terminal.isSeen()).isFalse();
    }

    @Test
    void anyOtherTerminalHasAll() {
        Terminal terminal = Terminal.ofProcess(true, Map.of("TERM", "xterm"));

        assertThat(terminal.hasColour()).isTrue();
        assertThat(terminal.isScreen()).isTrue();
    }
}
