package io.parley.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.console.observe.ChannelRow;
import io.parley.console.observe.Edge;
import io.parley.console.terminal.ScreenSize;
import io.parley.console.terminal.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TopTableTest {

    private final Terminal terminal = new Terminal(
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(new ByteArrayOutputStream()),
            new PrintStream(new ByteArrayOutputStream()),
            false);

    private static Edge edge(String channel, double rate, double errorRate) {
        return new Edge("a/1", "b/1", channel, "request", rate, errorRate, 1_000, 2_000, 10, 1, Instant.EPOCH);
    }

    private static List<ChannelRow> channels(int count) {
        return ChannelRow.of(IntStream.rangeClosed(1, count)
                .mapToObj(i -> edge("orders/channel-" + i, i, 0))
                .toList());
    }

    private List<String> lines(int channels, int rows, int columns) {
        return TopTable.fitting(terminal, new ScreenSize(rows, columns)).lines(channels(channels));
    }

    @Test
    void whatFailsComesFirstAndThenWhatIsBusy() {
        List<ChannelRow> rows = ChannelRow.of(List.of(
                edge("a/quiet", 0, 0), edge("a/busy", 900, 0), edge("a/failing", 2, 1), edge("a/broken", 2, 2)));

        assertThat(rows).extracting(ChannelRow::channel).containsExactly("a/broken", "a/failing", "a/busy", "a/quiet");
    }

    @Test
    void showsAllChannelsIfThereIsRoomForThem() {
        assertThat(lines(5, 7, 120)).hasSize(6).last().asString().startsWith("orders/channel-1 ");
    }

    @Test
    void saysHowManyChannelsAreNotShown() {
        assertThat(lines(6, 7, 120)).hasSize(6).last().isEqualTo("2 channels more, no room");
        assertThat(lines(6, 7, 120).get(1)).startsWith("orders/channel-6 ");
        assertThat(lines(1, 2, 120)).last().isEqualTo("1 channel more, no room");
        assertThat(lines(6, 1, 120)).last().isEqualTo("6 channels more, no room");
    }

    @Test
    void leavesOutTheTotalsAndShortensNamesWhereItIsNarrow() {
        assertThat(lines(1, 24, 97)).allSatisfy(line -> assertThat(line).hasSize(97));
        assertThat(lines(1, 24, 97).get(0)).contains("SEEN");
        assertThat(lines(1, 24, 96))
                .allSatisfy(line -> assertThat(line).hasSize(96).doesNotContain("SEEN"));
        String longName = "orders/" + "x".repeat(100);
        assertThat(TopTable.fitting(terminal, new ScreenSize(24, 80))
                        .lines(ChannelRow.of(List.of(edge(longName, 1, 0))))
                        .get(1))
                .hasSize(80)
                .startsWith("orders/" + "x".repeat(21) + "… request ");
    }

    @Test
    void isWholeWhereItIsNoScreen() {
        assertThat(TopTable.whole(terminal).lines(channels(500))).hasSize(501);
    }
}
