package io.parley.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** Results, and how the report and the chart show them. */
class ResultsTest {

    private static final Row ONE_WAY = new Row(Workload.ONE_WAY, 1, 64);
    private static final Row ROUND_TRIP = new Row(Workload.ROUND_TRIP, 1, 64);
    private static final Row LARGE = new Row(Workload.TRANSFER, 1, 1 << 20);

    private final Results results = new Results(
            new Machine(
                    "A processor <fast>",
                    2,
                    2048,
                    "Linux",
                    "A JVM 17",
                    Map.of("Parley", "1.2.3 (abcdef)", "JeroMQ", "0.6.0"),
                    0.5),
            new Plan(
                    List.of(ONE_WAY, ROUND_TRIP, LARGE),
                    List.of(Contender.RAW_JEROMQ, Contender.PARLEY, Contender.GRPC),
                    3,
                    null,
                    Duration.ofSeconds(3),
                    List.of()),
            List.of(
                    rate(Contender.RAW_JEROMQ, ONE_WAY, 1, 100),
                    rate(Contender.PARLEY, ONE_WAY, 1, 300),
                    rate(Contender.RAW_JEROMQ, ONE_WAY, 2, 1000),
                    rate(Contender.PARLEY, ONE_WAY, 2, 2000),
                    rate(Contender.RAW_JEROMQ, ONE_WAY, 3, 200),
                    rate(Contender.PARLEY, ONE_WAY, 3, 100),
                    time(Contender.RAW_JEROMQ, 100, 200),
                    time(Contender.PARLEY, 50, 800),
                    rate(Contender.PARLEY, LARGE, 1, 1000)));

    @TempDir
    private Path directory;

    @Test
    void ratiosAreTakenWithinEachRepetition() {
        List<Result> row = results.rows().get(ONE_WAY);

        assertThat(results.ratios(Contender.PARLEY, row, Result::perSecond)).contains(new Spread(2, 0.5, 3));
        assertThat(Results.of(Contender.PARLEY, row, Result::perSecond)).contains(new Spread(300, 100, 2000));
        assertThat(results.ratios(Contender.RAW_JEROMQ, row, Result::perSecond)).isEmpty();
        assertThat(results.ratios(Contender.PARLEY, results.rows().get(LARGE), Result::perSecond))
                .as("Nothing to compare to")
                .isEmpty();
    }

    @Test
    void theMedianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle() {
        assertThat(Spread.of(4, 1, 2, 100)).isEqualTo(new Spread(3, 1, 100));
        assertThat(Spread.of(4, 1, 2, 100).inverse()).isEqualTo(new Spread(1.0 / 3, 0.01, 1));
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        Path file = directory.resolve("results.json");

        results.write(file);

        assertThat(file).content().contains("\"contender\" : \"raw-jeromq\"", "\"workload\" : \"one-way\"");
        assertThat(Results.read(file)).isEqualTo(results);
    }

    @Test
    void theReportTellsFiguresRatiosAndWhoIsNotThere() {
        String report = new Report(results).toText();

        assertThat(report)
                .contains(
                        "A processor <fast>, 2 cores, 2.0 GiB",
                        "JeroMQ 0.6.0",
                        "3 repetitions of 3 s after a warm-up of 3 s (raw-jeromq), 10 s (parley), 15 s (grpc)",
                        "-Xms512m -Xmx512m, -Xms2g -Xmx2g -XX:+AlwaysPreTouch where payloads are large",
                        "Not in transfer 1 MiB: grpc",
                        "to raw-jeromq (min – max)");
        assertThat(report.lines())
                .anyMatch(line -> line.matches("one-way 64 B, /s +raw-jeromq +200.0 +100.0 – 1000.0"))
                .anyMatch(line -> line.matches(" +parley +300.0 +100.0 – 2000.0 +2.00 \\(0.50 – 3.00\\)"))
                .anyMatch(line -> line.matches(" +parley +800.0 +800.0 – 800.0 +4.00 \\(4.00 – 4.00\\)"))
                .anyMatch(line -> line.matches("transfer 1 MiB, MB/s +parley +1048.6 +1048.6 – 1048.6"));
    }

    @Test
    void theChartIsWellFormedAndTurnsTimesOver() throws Exception {
        String svg = new Chart(results).toSvg();

        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        assertThat(document.getDocumentElement().getTextContent())
                .contains("one-way 64 B", "round-trip p50", "round-trip p99", "A processor <fast>", "1.2.3 (abcdef)")
                .doesNotContain("transfer", "grpc");
        assertThat(svg).as("round-trip p50 and p99").contains(">2.00<", ">0.25<");
    }

    @Test
    void nothingIsDrawnWhereNothingCanBeCompared() {
        var alone = new Results(results.machine(), results.plan(), List.of(rate(Contender.PARLEY, LARGE, 1, 1000)));

        assertThatThrownBy(() -> new Chart(alone))
                .isInstanceOf(BenchmarkException.class)
                .hasMessageContaining("raw-jeromq");
    }

    private static Result rate(Contender contender, Row row, int repetition, double perSecond) {
        return new Result(new Case(contender, row), repetition, perSecond, 10, 0, 0, 0, 0, 1, 2, 3, 4, 0, "");
    }

    private static Result time(Contender contender, double p50, double p99) {
        return new Result(new Case(contender, ROUND_TRIP), 1, 1, 10, 0, p50, p99, p99, 1, 2, 3, 4, 0, "");
    }
}
