package io.parley.benchmarks.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {

    private static final List<Summary> SUMMARIES = Summary.of(List.of(
            new Reading("idle", "live heap", "MiB", 29, 30.0),
            new Reading("idle", "threads", "", 12),
            new Reading("link", "heap", "KiB", 5),
            new Reading("idle", "live heap", "MiB", 31, 30.0),
            new Reading("idle", "live heap", "MiB", 35, 30.0)));

    @Test
    void readingsOfOneFigureAreOneSummaryAndThoseOfOneSubjectStandTogether() {
        assertThat(SUMMARIES)
                .containsExactly(
                        new Summary("idle", "live heap", "MiB", 31, 29, 35, 30.0, List.of(29.0, 31.0, 35.0)),
                        new Summary("idle", "threads", "", 12, 12, 12, null, List.of(12.0)),
                        new Summary("link", "heap", "KiB", 5, 5, 5, null, List.of(5.0)));
    }

    @Test
    void theTableNamesEachSubjectOnceAndSaysWhatIsNotAsItShouldBe() {
        assertThat(Table.of(SUMMARIES).lines().map(line -> line.strip().replaceAll("  +", "|")))
                .containsExactly(
                        "median|min – max",
                        "idle",
                        "live heap, MiB|31|29 – 35|not below 30",
                        "threads|12",
                        "link",
                        "heap, KiB|5");
    }

    @Test
    void aFigureBelowItsBoundIsSaidToBe() {
        List<Summary> few = Summary.of(List.of(new Reading("idle", "share of a core", "%", 0.456, 1.0)));

        assertThat(Table.of(few))
                .contains("share of a core, %")
                .contains("0.46")
                .contains("  below 1");
    }
}
