package io.parley.console.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTest {

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
